import { isSandboxAccount } from '../accounts/index.ts';
import { invalid, MusterError } from '../lib/errors.ts';
import { type GuardedHttp, vetForLater, whyRefused } from '../lib/guarded-http/index.ts';

/** Throws a 400 that names the field for what is no web address, or is private without the operator's leave. */
export async function checkUrl(
  guardedHttp: Pick<GuardedHttp, 'vet'>,
  accountId: string,
  url: string,
): Promise<void> {
  if (!URL.canParse(url)) throw invalid('url', 'must be a whole http:// or https:// address');
  // Nothing is looked up for a sandbox; its document fails and says so.
  if (isSandboxAccount(accountId)) return;
  try {
    await vetForLater(guardedHttp, url);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    throw invalid('url', whyRefused(error));
  }
}
