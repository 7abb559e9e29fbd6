import { createHmac } from 'node:crypto';
import type { DerivedKey } from '../lib/secrets.ts';
import type { RandomBytes } from './context.ts';
import { hashSecret } from './secret-text.ts';

const PREFIX = 'rt_';
const PATTERN = /^rt_[A-Za-z0-9_-]{43}$/;

export interface RefreshTokens {
  first(randomBytes: RandomBytes): string;
  isToken(text: string): boolean;
  hash(token: string): string;
  /**
   * The token that follows `parent` in its session. It is computed, not drawn, so that a client whose connection broke
   * can be sent the same one again although only hashes are stored. With the previous secret key a second candidate.
   */
  successors(parent: string, sessionId: string): readonly [string, ...string[]];
}

/** Opaque tokens of 256 bits. */
export function createRefreshTokens(keys: readonly [DerivedKey, ...DerivedKey[]]): RefreshTokens {
  const [current, ...others] = keys;
  return {
    first: (randomBytes) => PREFIX + randomBytes(32).toString('base64url'),
    isToken: (text) => PATTERN.test(text),
    hash: hashSecret,
    successors: (parent, sessionId) => {
      const from = ({ key }: DerivedKey) =>
        PREFIX + createHmac('sha256', key).update(`${parent}|${sessionId}`).digest('base64url');
      return [from(current), ...others.map(from)];
    },
  };
}
