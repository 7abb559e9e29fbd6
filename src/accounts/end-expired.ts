import type { Timers } from '../engine/index.ts';
import { type AccountsContext, tell } from './context.ts';
import { endIfDead, idOf, toCredential } from './recheck-open.ts';
import type { Principal } from './types.ts';

const LOOK_EVERY_MS = 1_000;

/** Ends what is open here within a second after the credential that it was opened with is over. Returns what stops that. */
export function endExpired(context: AccountsContext, timers: Timers): () => void {
  const look = (): void => {
    cancel = timers.after(LOOK_EVERY_MS, look);
    const now = context.clock.now();
    const expired = new Map<string, Principal>();
    for (const list of context.openPrincipals) {
      for (const principal of list()) if (principal.expiresAt <= now) expired.set(idOf(principal), principal);
    }
    for (const principal of expired.values()) end(principal, now);
  };
  const end = (principal: Principal, now: number): void => {
    const credential = toCredential(principal);
    // A session goes on with newer tokens; a key may have been given more time.
    if (credential.kind === 'session') tell(context, { ...credential, expiredBy: now });
    else void endIfDead(context, credential);
  };
  let cancel = timers.after(LOOK_EVERY_MS, look);
  return () => cancel();
}
