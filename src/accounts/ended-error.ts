import type { MusterError } from '../lib/errors.ts';
import {
  accountErrors,
  accountGone,
  deadToken,
  disabledKey,
  endedSession,
  expiredKey,
  suspendedAccount,
  suspendedAccountOfKey,
} from './errors.ts';
import type { Principal, Revocation } from './types.ts';

/** What the holder of a credential is told that ended while something was open with it: what the next request would be. */
export function endedError({ kind }: Principal, { why }: Revocation): MusterError {
  const isKey = kind === 'key';
  switch (why) {
    case 'suspended':
      return isKey ? suspendedAccountOfKey() : suspendedAccount();
    case 'deleted':
      return accountGone();
    case 'disabled':
      return disabledKey();
    case 'expired':
      return isKey ? expiredKey() : deadToken();
    case 'revoked':
      return isKey
        ? accountErrors.invalid_api_key('This agent key was revoked. Make a new one.')
        : endedSession();
  }
}
