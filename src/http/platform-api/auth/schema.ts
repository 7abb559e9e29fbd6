import { type Static, Type } from 'typebox';
import type { Session, SessionTokens } from '../../../accounts/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { PartQuery } from '../parts.ts';
import { Closed, Nullable, PageReply, Time } from '../schemas.ts';

const Email = Type.String({ minLength: 1, maxLength: 320 });
/** Only a bound on what is read; what a new password must be is said by the accounts room. */
const Password = Type.String({ minLength: 1, maxLength: 1_024 });

export const LoginBody = Closed({ email: Email, password: Password });
export const RefreshBody = Closed({ refresh_token: Type.String({ minLength: 1, maxLength: 512 }) });
export const SetupBody = Closed({
  token: Type.String({ minLength: 1, maxLength: 512, description: 'From the one-time set-up link.' }),
  password: Password,
});
export const SessionBody = Closed({
  email: Type.Optional(Email),
  setup_token: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  password: Password,
});
export const PasswordBody = Closed({ current_password: Password, new_password: Password });

export const Tokens = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'Seconds that the access token lives.' }),
  refresh_token: Type.String({ description: 'Works once; a second use ends the session.' }),
});

export const BrowserSession = Type.Object({
  expires_in: Type.Integer({ description: 'Seconds that the session lives without being used.' }),
});

export function toTokens(tokens: SessionTokens): Static<typeof Tokens> {
  return {
    access_token: tokens.accessToken,
    token_type: tokens.tokenType,
    expires_in: tokens.expiresInSeconds,
    refresh_token: tokens.refreshToken,
  };
}

const SessionReply = Type.Object({
  id: Type.String(),
  is_current: Type.Boolean({ description: 'The one that asks.' }),
  ip: Nullable(Type.String({ description: 'The address that it was opened from.' })),
  user_agent: Nullable(Type.String({ description: 'What the browser or program said that it is.' })),
  created_at: Time,
  last_renewed_at: Type.String({
    format: 'date-time',
    description: 'What is in use renews itself within a day.',
  }),
});

export const SessionQuery = Closed(PartQuery);
export const SessionList = Type.Object({ sessions: Type.Array(SessionReply), ...PageReply });

export function toSession(session: Session, currentId: string): Static<typeof SessionReply> {
  return {
    id: session.sessionId,
    is_current: session.sessionId === currentId,
    ip: session.ip ?? null,
    user_agent: session.userAgent ?? null,
    created_at: isoTime(session.createdAt),
    last_renewed_at: isoTime(session.lastRenewedAt),
  };
}
