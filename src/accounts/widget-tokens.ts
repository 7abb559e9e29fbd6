import { createSecretKey } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { DerivedKey } from '../lib/secrets.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'muster';
const AUDIENCE = 'muster:widget';
const MAX_CHARS = 8_192;

/**
 * What a page of somebody else holds. `embed` stands in the page for anybody to read and opens nothing but visits;
 * `visit` lets one visitor write for a while; `thread` says which conversation is the visitor's.
 */
export type WidgetTokenKind = 'embed' | 'visit' | 'thread';

export interface WidgetGrant {
  readonly accountId: string;
  /** The agent key that is billed and bounded; revoked, it ends every token made for it. */
  readonly keyId: string;
  readonly agentId: string;
  /** Of the pages that may use it. */
  readonly origins: readonly string[];
  /** Of the token itself; for `thread` of the conversation. */
  readonly id: string;
}

/** Signed statements of what the chat widget of a page may do. */
export interface WidgetTokens {
  sign(
    kind: WidgetTokenKind,
    grant: Omit<WidgetGrant, 'id'> & { readonly id?: string },
    lifetimeSeconds?: number,
  ): Promise<string>;
  /** Undefined for what this server did not sign as such a token, and for one that has expired. */
  verify(kind: WidgetTokenKind, token: string): Promise<WidgetGrant | undefined>;
}

export function createWidgetTokens(dependencies: {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: readonly [DerivedKey, ...DerivedKey[]];
}): WidgetTokens {
  const { clock, ids, keys } = dependencies;
  const signingKey = createSecretKey(keys[0].key);
  const byId = new Map(keys.map(({ keyId, key }) => [keyId, createSecretKey(key)]));
  const typeOf = (kind: WidgetTokenKind) => `widget-${kind}+jwt`;

  return {
    sign(kind, { accountId, keyId, agentId, origins, id }, lifetimeSeconds) {
      const issuedAt = Math.floor(clock.now() / 1_000);
      return new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: agentId,
        acc: accountId,
        key: keyId,
        org: origins,
        iat: issuedAt,
        jti: id ?? ids.next('wgt_'),
        ...(lifetimeSeconds !== undefined && { exp: issuedAt + lifetimeSeconds }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: typeOf(kind), kid: keys[0].keyId })
        .sign(signingKey);
    },

    async verify(kind, token) {
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
            typ: typeOf(kind),
            issuer: ISSUER,
            audience: AUDIENCE,
            requiredClaims: ['sub', 'acc', 'key', 'org', 'iat', 'jti'],
            currentDate: new Date(clock.now()),
          },
        );
        const { sub, acc, key, org, jti } = payload;
        if (typeof sub !== 'string' || typeof acc !== 'string' || typeof key !== 'string') return undefined;
        if (typeof jti !== 'string' || !isTexts(org)) return undefined;
        return { accountId: acc, keyId: key, agentId: sub, origins: org, id: jti };
      } catch {
        // Every way of being wrong is one answer to the caller; the reason would only help to forge.
        return undefined;
      }
    },
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
