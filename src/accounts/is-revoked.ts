import type { Principal, Revocation } from './types.ts';

/** Whether what was opened by this principal must end. */
export function isRevoked(principal: Principal, revocation: Revocation): boolean {
  if (principal.accountId !== revocation.accountId) return false;
  switch (revocation.kind) {
    case 'account':
      return true;
    case 'key':
      return principal.kind === 'key' && principal.keyId === revocation.keyId;
    case 'session':
      if (principal.kind !== 'user' || principal.sessionId !== revocation.sessionId) return false;
      return revocation.expiredBy === undefined || principal.expiresAt <= revocation.expiredBy;
  }
}
