import { isSandboxAccount } from '../accounts/index.ts';
import { invalid, MusterError } from '../lib/errors.ts';
import { ConnectFailure, type GuardedHttp, whyRefused } from '../lib/guarded-http/index.ts';

/** Nobody waits longer than this for a name to be looked up. */
const LOOK_UP_MS = 1_000;

/**
 * An address that may be sent to. A name that cannot be looked up now is taken: it may be set up after this, and each
 * delivery is checked when its connection is made anyway.
 */
export async function checkUrl(
  guardedHttp: Pick<GuardedHttp, 'vet'>,
  accountId: string,
  text: string,
): Promise<string> {
  const url = URL.parse(text.trim());
  if (url?.hash !== '') throw invalid('url', 'must be an http:// or https:// address without a fragment');
  // Nothing goes out for a sandbox, not even a question for an address.
  if (isSandboxAccount(accountId)) return url.href;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, LOOK_UP_MS);
  try {
    await Promise.race([guardedHttp.vet(url.href), late.promise]);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    if (!isUnknownName(error)) {
      throw invalid('url', whyRefused(error));
    }
  } finally {
    clearTimeout(timer);
  }
  return url.href;
}

function isUnknownName({ details }: MusterError): boolean {
  const failure = details.cause;
  const cause = failure instanceof ConnectFailure ? failure.cause : undefined;
  return (
    cause instanceof Error && 'code' in cause && (cause.code === 'ENOTFOUND' || cause.code === 'EAI_AGAIN')
  );
}
