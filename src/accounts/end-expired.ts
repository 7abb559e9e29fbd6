import type { Timers } from '../engine/index.ts';
import { type AccountsContext, tell } from './context.ts';
import { endIfDead, idOf, toCredential } from './recheck-open.ts';
import type { Principal } from './types.ts';

const LOOK_EVERY_MS = 1_000;

/** Ends what is open here within a second after the credential that it was opened with is over. Returns what stops that. */
export function endExpired(context: AccountsContext, timers: Timers): () => void {
  /** When keys are over that have been given more time since something was opened with them. */
  const prolonged = new Map<string, number>();
  const look = (): void => {
    cancel = timers.after(LOOK_EVERY_MS, look);
    const now = context.clock.now();
    const expired = new Map<string, Principal>();
    for (const list of context.openPrincipals) {
      for (const principal of list()) if (principal.expiresAt <= now) expired.set(idOf(principal), principal);
    }
    for (const id of prolonged.keys()) if (!expired.has(id)) prolonged.delete(id);
    for (const principal of expired.values()) void end(principal, now);
  };
  const end = async (principal: Principal, now: number): Promise<void> => {
    const credential = toCredential(principal);
    // A session goes on with newer tokens.
    if (credential.kind === 'session')
      return tell(context, { ...credential, why: 'expired', expiredBy: now });
    if ((prolonged.get(credential.keyId) ?? 0) > now) return;
    const until = await endIfDead(context, credential);
    if (until !== undefined) prolonged.set(credential.keyId, until);
  };
  let cancel = timers.after(LOOK_EVERY_MS, look);
  return () => cancel();
}
