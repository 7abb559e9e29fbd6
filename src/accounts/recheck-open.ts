import { MusterError } from '../lib/errors.ts';
import { authenticateKeyId } from './authenticate-key-id.ts';
import { isSessionAlive } from './authenticate-token.ts';
import { type AccountsContext, tell } from './context.ts';
import { accountErrors } from './errors.ts';
import type { EndReason, Principal } from './types.ts';

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
    const standing = await standingOf(context, credential);
    if ('until' in standing) return standing.until;
    tell(context, { ...credential, ...standing });
    return undefined;
  } catch (err) {
    context.log.warn({ err, kind: credential.kind }, 'An open credential could not be looked at');
    return undefined;
  }
}

type Credential =
  | { readonly kind: 'key'; readonly accountId: string; readonly keyId: string }
  | { readonly kind: 'session'; readonly accountId: string; readonly sessionId: string };

export function idOf(principal: Principal): string {
  return principal.kind === 'key' ? principal.keyId : principal.sessionId;
}

export function toCredential(principal: Principal): Credential {
  const { accountId } = principal;
  return principal.kind === 'key'
    ? { kind: 'key', accountId, keyId: principal.keyId }
    : { kind: 'session', accountId, sessionId: principal.sessionId };
}

/** When it is over, as far as is known, or why it is dead. */
async function standingOf(
  context: AccountsContext,
  credential: Credential,
): Promise<{ readonly until: number } | { readonly why: EndReason }> {
  const { accountId } = credential;
  try {
    if (credential.kind === 'key')
      return { until: (await authenticateKeyId(context, accountId, credential.keyId)).expiresAt };
    const isAlive = await isSessionAlive(context, accountId, credential.sessionId);
    return isAlive ? { until: Number.POSITIVE_INFINITY } : { why: 'revoked' };
  } catch (error) {
    if (error instanceof MusterError && error.status < 500)
      return { why: REASONS.get(error.code) ?? 'revoked' };
    throw error;
  }
}

/** By what a credential is refused with; one that is not found was revoked. */
const REASONS: ReadonlyMap<string, EndReason> = new Map([
  [accountErrors.account_suspended.code, 'suspended'],
  [accountErrors.api_key_disabled.code, 'disabled'],
  [accountErrors.api_key_expired.code, 'expired'],
]);
