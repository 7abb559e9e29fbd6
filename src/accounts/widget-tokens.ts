import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { createSignedTokens, type SigningKeys } from './signed-tokens.ts';

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
  /** The embed code that a visit was opened by; those of its key go before its origins. */
  readonly embedId?: string;
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
  readonly keys: SigningKeys;
}): WidgetTokens {
  const { clock, ids, keys } = dependencies;
  const tokens = createSignedTokens({ clock, keys, audience: 'muster:widget', maxChars: 8_192 });
  const typeOf = (kind: WidgetTokenKind) => `widget-${kind}+jwt`;

  return {
    sign(kind, { accountId, keyId, agentId, origins, embedId, id }, lifetimeSeconds) {
      const claims = {
        sub: agentId,
        acc: accountId,
        key: keyId,
        org: origins,
        ...(embedId !== undefined && { emb: embedId }),
        jti: id ?? ids.next('wgt_'),
      };
      return tokens.sign(typeOf(kind), claims, lifetimeSeconds);
    },

    async verify(kind, token) {
      const claims = await tokens.verify(typeOf(kind), token, ['sub', 'acc', 'key', 'org']);
      if (!claims) return undefined;
      const { sub, acc, key, org, emb, jti } = claims;
      if (typeof sub !== 'string' || typeof acc !== 'string' || typeof key !== 'string') return undefined;
      if (typeof jti !== 'string' || !isTexts(org)) return undefined;
      return {
        ...{ accountId: acc, keyId: key, agentId: sub, origins: org, id: jti },
        ...(typeof emb === 'string' && { embedId: emb }),
      };
    },
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
