import type { Principal } from '../../../accounts/index.ts';
import { commonErrors } from '../../../lib/errors.ts';
import type { StoredResponse, Turn } from '../../../runs/index.ts';
import { mayUseAgent } from '../caller.ts';
import type { ResponsesDeps } from './deps.ts';
import { responseErrors } from './errors.ts';
import type { LiveResponse } from './live-responses.ts';
import { turnIdOf } from './prepare-response.ts';

export type FoundResponse =
  | { readonly type: 'stored'; readonly uid: string; readonly stored: StoredResponse }
  /** Being made, in this process. */
  | { readonly type: 'live'; readonly uid: string; readonly live: LiveResponse }
  /**
   * A turn that no response was stored for: one of Chat Completions, which is of the same tree and so a response too, or one
   * whose process died before it was answered. `error`: what broke it off, where that is known.
   */
  | {
      readonly type: 'turn';
      readonly uid: string;
      readonly turn: Turn;
      readonly error?: { readonly code: string; readonly message: string } | undefined;
    };

/** The response of this id that the principal may see. Throws response_not_found, whether or not there is one. */
export async function findResponse(
  deps: Pick<ResponsesDeps, 'runs' | 'live'>,
  principal: Principal,
  id: string,
): Promise<FoundResponse> {
  const { accountId } = principal;
  const uid = turnIdOf(id);
  if (uid !== undefined) {
    const stored = await deps.runs.responses.find(accountId, uid);
    // Looked at after the store, so that one that has just been finished is found in one of the two.
    const live = deps.live.find(accountId, uid);
    if (stored && stored.status !== 'deleted' && mayUseAgent(principal, stored.agentId)) {
      return live && stored.ending === null ? { type: 'live', uid, live } : { type: 'stored', uid, stored };
    }
    if (!stored && live && mayUseAgent(principal, live.agentId)) return { type: 'live', uid, live };
    const turn = stored ? undefined : await deps.runs.threads.findTurn(accountId, uid);
    if (turn && turn.agentId !== '' && mayUseAgent(principal, turn.agentId))
      return { type: 'turn', uid, turn, error: await errorOf(deps, accountId, turn) };
  }
  throw responseErrors.response_not_found(`There is no stored response '${id}'.`, { field: 'response_id' });
}

async function errorOf(
  { runs }: Pick<ResponsesDeps, 'runs'>,
  accountId: string,
  { id, status }: Turn,
): Promise<{ readonly code: string; readonly message: string } | undefined> {
  if (status !== 'failed') return undefined;
  const { errorCode, errorMessage } = (await runs.findRun(accountId, `run_${id}`)) ?? {};
  // What nobody foresaw is told in the server's log alone.
  const isPublic = errorCode !== commonErrors.internal_error.code;
  return errorCode && errorMessage && isPublic ? { code: errorCode, message: errorMessage } : undefined;
}
