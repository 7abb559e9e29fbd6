import { createSecretKey } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { DerivedKey } from '../lib/secrets.ts';

export const ACCESS_TOKEN_SECONDS = 86_400;

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'muster';
const AUDIENCE = 'muster:api';
/** Longer ones are no token of ours and are not worth hashing. */
const MAX_CHARS = 2_048;

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

/** JWTs with one fixed algorithm and type. The header chooses only among `keys`, by their ids. */
export function createAccessTokens(dependencies: {
  clock: Clock;
  ids: Ids;
  /** Tokens of other keys are not taken, so that keys of another purpose make another kind of token. */
  keys: readonly [DerivedKey, ...DerivedKey[]];
  lifetimeSeconds?: number;
}): AccessTokens {
  const { clock, ids, keys, lifetimeSeconds = ACCESS_TOKEN_SECONDS } = dependencies;
  const signingKeyId = keys[0].keyId;
  const signingKey = createSecretKey(keys[0].key);
  const byId = new Map(keys.map(({ keyId, key }) => [keyId, createSecretKey(key)]));

  return {
    sign({ accountId, userId, sessionId }) {
      const issuedAt = Math.floor(clock.now() / 1_000);
      return new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: userId,
        sid: sessionId,
        acc: accountId,
        iat: issuedAt,
        exp: issuedAt + lifetimeSeconds,
        jti: ids.next('jti_'),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: signingKeyId })
        .sign(signingKey);
    },

    async verify(token) {
      if (token.length > MAX_CHARS) return undefined;
      try {
        const { payload } = await jwtVerify(
          token,
          ({ kid }) => {
            const key = kid === undefined ? undefined : byId.get(kid);
            if (!key) throw new Error('unknown key id');
            return key;
          },
          {
            algorithms: [ALGORITHM],
            typ: TYPE,
            issuer: ISSUER,
            audience: AUDIENCE,
            requiredClaims: ['sub', 'sid', 'acc', 'iat', 'exp', 'jti'],
            currentDate: new Date(clock.now()),
          },
        );
        const { acc, sub, sid, exp } = payload;
        if (typeof acc !== 'string' || typeof sub !== 'string' || typeof sid !== 'string') return undefined;
        if (typeof exp !== 'number') return undefined;
        return { accountId: acc, userId: sub, sessionId: sid, expiresAt: exp * 1_000 };
      } catch {
        // Every way of being wrong is one answer to the caller; the reason would only help to forge.
        return undefined;
      }
    },
  };
}
