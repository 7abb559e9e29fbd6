import { MusterError } from '../lib/errors.ts';
import { authenticateKeyId } from './authenticate-key-id.ts';
import { isSessionAlive } from './authenticate-token.ts';
import { type AccountsContext, tell } from './context.ts';
import type { Principal, Revocation } from './types.ts';

/**
 * Looks whether the credentials of what is open here are still good, and ends what is open with those that are not: another
 * process may have revoked one while nothing could be heard from it.
 */
export async function recheckOpen(context: AccountsContext): Promise<void> {
  const open = [...context.openPrincipals].flatMap((list) => [...list()]);
  const credentials = new Map(open.map((principal) => [idOf(principal), toCredential(principal)]));
  for (const credential of credentials.values()) await endIfDead(context, credential);
}

/** Never rejects: nothing ends because the database is away. */
export async function endIfDead(context: AccountsContext, credential: Credential): Promise<void> {
  try {
    if (!(await isAlive(context, credential))) tell(context, credential);
  } catch (err) {
    context.log.warn({ err, kind: credential.kind }, 'An open credential could not be looked at');
  }
}

type Credential = Exclude<Revocation, { readonly kind: 'account' }>;

export function idOf(principal: Principal): string {
  return principal.kind === 'key' ? principal.keyId : principal.sessionId;
}

export function toCredential(principal: Principal): Credential {
  const { accountId } = principal;
  return principal.kind === 'key'
    ? { kind: 'key', accountId, keyId: principal.keyId }
    : { kind: 'session', accountId, sessionId: principal.sessionId };
}

async function isAlive(context: AccountsContext, credential: Credential): Promise<boolean> {
  const { accountId } = credential;
  try {
    if (credential.kind === 'session') return await isSessionAlive(context, accountId, credential.sessionId);
    await authenticateKeyId(context, accountId, credential.keyId);
    return true;
  } catch (error) {
    if (error instanceof MusterError && error.status < 500) return false;
    throw error;
  }
}
