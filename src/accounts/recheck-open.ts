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

/** Resolves to when a living one is over. Never rejects: nothing ends because the database is away. */
export async function endIfDead(
  context: AccountsContext,
  credential: Credential,
): Promise<number | undefined> {
  try {
    const end = await endOf(context, credential);
    if (end === undefined) tell(context, credential);
    return end;
  } catch (err) {
    context.log.warn({ err, kind: credential.kind }, 'An open credential could not be looked at');
    return undefined;
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

/** When it is over, as far as is known; undefined when it is dead. */
async function endOf(context: AccountsContext, credential: Credential): Promise<number | undefined> {
  const { accountId } = credential;
  try {
    if (credential.kind === 'key')
      return (await authenticateKeyId(context, accountId, credential.keyId)).expiresAt;
    const isAlive = await isSessionAlive(context, accountId, credential.sessionId);
    return isAlive ? Number.POSITIVE_INFINITY : undefined;
  } catch (error) {
    if (error instanceof MusterError && error.status < 500) return undefined;
    throw error;
  }
}
