import { defineErrors } from '../lib/errors.ts';

export const accountErrors = defineErrors({
  missing_api_key: {
    status: 401,
    platformCode: 'UNAUTHORIZED',
    type: 'authentication_error',
    meaning: 'The request has no agent key. Send `Authorization: Bearer sk-…`.',
  },
  invalid_api_key: {
    status: 401,
    platformCode: 'UNAUTHORIZED',
    type: 'authentication_error',
    meaning: 'The agent key is mistyped, unknown or revoked. Make a new one with POST /api/v1/agent-keys.',
  },
  api_key_expired: {
    status: 401,
    platformCode: 'UNAUTHORIZED',
    type: 'authentication_error',
    meaning: 'The agent key is past its `expires_at`. Extend it or make a new one.',
  },
  api_key_disabled: {
    status: 401,
    platformCode: 'UNAUTHORIZED',
    type: 'authentication_error',
    meaning: 'The agent key is switched off. An admin can switch it on again.',
  },
  unauthorized: {
    status: 401,
    platformCode: 'UNAUTHORIZED',
    type: 'authentication_error',
    meaning:
      'There is no access or refresh token, or it is wrong, expired, or of a session that ended. Sign in again.',
  },
  invalid_credentials: {
    status: 401,
    platformCode: 'UNAUTHORIZED',
    type: 'authentication_error',
    meaning: 'The email or the password is wrong; which of them is not told.',
  },
  login_throttled: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning:
      'Too many failed sign-ins with this email from this address. Wait for `Retry-After`; nothing is locked.',
  },
  login_busy: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'rate_limit_error',
    meaning: 'More people sign in at this moment than the server can check. Retry after `Retry-After`.',
  },
  invalid_setup_link: {
    status: 400,
    platformCode: 'VALIDATION_ERROR',
    type: 'invalid_request_error',
    meaning: 'The set-up link was used, replaced or is older than 7 days. Ask an admin for a new one.',
  },
  account_suspended: {
    status: 403,
    platformCode: 'FORBIDDEN',
    type: 'permission_error',
    meaning: "The credential is valid, but the server's operator suspended the account.",
  },
  email_taken: {
    status: 409,
    platformCode: 'CONFLICT',
    type: 'invalid_request_error',
    meaning: 'The email belongs to a user already. One email is one user on a server.',
  },
});

export const disabledKey = () =>
  accountErrors.api_key_disabled('This agent key is switched off. An admin can switch it on again.');

export const expiredKey = () => accountErrors.api_key_expired('This agent key has expired. Make a new one.');

export const suspendedAccountOfKey = () =>
  accountErrors.account_suspended("The account of this agent key was suspended by the server's operator.");

export const suspendedAccount = () =>
  accountErrors.account_suspended("This account was suspended by the server's operator.");

export const deadToken = () =>
  accountErrors.unauthorized(
    'The access token is wrong, expired, or of a session that ended. Sign in again.',
  );

export const endedSession = () => accountErrors.unauthorized('The session has ended. Sign in again.');

/** For whoever was let in before it went. */
export const accountGone = () =>
  accountErrors.unauthorized('The account, or your user of it, has been deleted.');
