import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { createSignedTokens, type SigningKeys } from './signed-tokens.ts';

export const ACCESS_TOKEN_SECONDS = 86_400;

const TYPE = 'at+jwt';

/** What an access token says: whose session it belongs to. Whether that still lives is in the session's row. */
export interface AccessClaims {
  readonly accountId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: number;
}

/** Signed statements of whose session somebody holds. */
export interface AccessTokens {
  sign(session: Omit<AccessClaims, 'expiresAt'>): Promise<string>;
  /** The claims of a token that this server signed and that has not expired; undefined for anything else. */
  verify(token: string): Promise<AccessClaims | undefined>;
}

export function createAccessTokens(dependencies: {
  clock: Clock;
  ids: Ids;
  keys: SigningKeys;
  lifetimeSeconds?: number;
}): AccessTokens {
  const { clock, ids, keys, lifetimeSeconds = ACCESS_TOKEN_SECONDS } = dependencies;
  const tokens = createSignedTokens({ clock, keys, audience: 'muster:api', maxChars: 2_048 });

  return {
    sign({ accountId, userId, sessionId }) {
      const claims = { sub: userId, sid: sessionId, acc: accountId, jti: ids.next('jti_') };
      return tokens.sign(TYPE, claims, lifetimeSeconds);
    },

    async verify(token) {
      const claims = await tokens.verify(TYPE, token, ['sub', 'sid', 'acc', 'exp']);
      if (!claims) return undefined;
      const { acc, sub, sid, exp } = claims;
      if (typeof acc !== 'string' || typeof sub !== 'string' || typeof sid !== 'string') return undefined;
      if (typeof exp !== 'number') return undefined;
      return { accountId: acc, userId: sub, sessionId: sid, expiresAt: exp * 1_000 };
    },
  };
}
