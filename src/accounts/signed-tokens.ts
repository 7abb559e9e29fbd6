import { createSecretKey } from 'node:crypto';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { DerivedKey } from '../lib/secrets.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'muster';

export type SigningKeys = readonly [DerivedKey, ...DerivedKey[]];

export interface SignedTokens {
  /** Without a lifetime the token is good until what it names ends. */
  sign(type: string, claims: JWTPayload, lifetimeSeconds?: number): Promise<string>;
  /** The claims of such a token that this server signed and that has not expired; undefined for anything else. */
  verify(type: string, token: string, requiredClaims: readonly string[]): Promise<JWTPayload | undefined>;
}

/** JWTs with one fixed algorithm. The header chooses only among `keys`, by their ids; the first one signs. */
export function createSignedTokens(options: {
  readonly clock: Clock;
  /** Tokens of other keys are not taken, so that keys of another purpose make another kind of token. */
  readonly keys: SigningKeys;
  readonly audience: string;
  /** Longer ones are no token of ours and are not worth hashing. */
  readonly maxChars: number;
}): SignedTokens {
  const { clock, keys, audience, maxChars } = options;
  const signingKey = createSecretKey(keys[0].key);
  const byId = new Map(keys.map(({ keyId, key }) => [keyId, createSecretKey(key)]));

  return {
    sign(type, claims, lifetimeSeconds) {
      const iat = Math.floor(clock.now() / 1_000);
      const expiry = lifetimeSeconds === undefined ? {} : { exp: iat + lifetimeSeconds };
      return new SignJWT({ ...claims, iss: ISSUER, aud: audience, iat, ...expiry })
        .setProtectedHeader({ alg: ALGORITHM, typ: type, kid: keys[0].keyId })
        .sign(signingKey);
    },

    async verify(type, token, requiredClaims) {
      if (token.length > maxChars) return undefined;
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
            typ: type,
            issuer: ISSUER,
            audience,
            requiredClaims: [...requiredClaims, 'iat', 'jti'],
            currentDate: new Date(clock.now()),
          },
        );
        return payload;
      } catch {
        // Every way of being wrong is one answer to the caller; the reason would only help to forge.
        return undefined;
      }
    },
  };
}
