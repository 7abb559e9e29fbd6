import { timingSafeEqual } from 'node:crypto';
import type { AccountsContext, CachedKey } from './context.ts';
import { accountErrors, disabledKey, expiredKey, suspendedAccountOfKey } from './errors.ts';
import { isKeyText, keyPrefix } from './key-format.ts';
import type { KeyRow } from './key-store.ts';
import { toTexts } from './key-store.ts';
import { hashSecret } from './secret-text.ts';
import type { KeyPrincipal, RequestLimits } from './types.ts';

const TOUCH_EVERY_MS = 60_000;

/**
 * The principal of a good agent key, or throws the 401 that says what is wrong. Garbage costs no database work; a good
 * key costs one read a second.
 */
export async function authenticateKey(
  context: AccountsContext,
  text: string | undefined,
): Promise<KeyPrincipal> {
  if (text === undefined || text === '') {
    throw accountErrors.missing_api_key('No agent key was sent. Send it as `Authorization: Bearer sk-…`.');
  }
  if (!isKeyText(text)) throw invalidKey();
  // The whole hash is the cache's key: a part of the text would let one key pass as another.
  const hash = hashSecret(text);
  const found = await context.keyCache.getOrRead(hash, () => readKey(context, keyPrefix(text), hash));
  if (!found) throw invalidKey();
  if (found.expiresAt !== null && found.expiresAt <= context.clock.now()) throw expiredKey();
  touch(context, found);
  return found.principal;
}

async function readKey(
  context: AccountsContext,
  prefix: string,
  hash: string,
): Promise<CachedKey | undefined> {
  const row = await context.store.findKeyByPrefix(prefix);
  if (!row || !sameHash(row.hash, hash) || row.revoked_at !== null) return undefined;
  if (row.expires_at !== null && row.expires_at <= context.clock.now()) throw expiredKey();
  if (row.disabled !== 0) throw disabledKey();
  if (row.account_status !== 'active') throw suspendedAccountOfKey();
  return { principal: toPrincipal(row), expiresAt: row.expires_at, lastUsedAt: row.last_used_at ?? 0 };
}

/** Notes the use at most once a minute, beside the request rather than before its answer. */
function touch(context: AccountsContext, key: CachedKey): void {
  const now = context.clock.now();
  if (now - key.lastUsedAt < TOUCH_EVERY_MS) return;
  key.lastUsedAt = now;
  const { accountId, keyId } = key.principal;
  context.db
    .write([context.store.touchKey(accountId, keyId, now, now - TOUCH_EVERY_MS)], { ack: 'applied' })
    .catch((error: unknown) =>
      context.log.warn({ err: error, keyId }, 'the last use of a key was not noted'),
    );
}

function toPrincipal(row: KeyRow): KeyPrincipal {
  return {
    kind: 'key',
    accountId: row.account_id,
    keyId: row.id,
    keyName: row.name,
    agentIds: toTexts(row.agent_ids),
    dailyLimitNanoUsd: row.daily_limit_nano_usd ?? undefined,
    monthlyLimitNanoUsd: row.monthly_limit_nano_usd ?? undefined,
    requestLimits: toRequestLimits(row),
    expiresAt: row.expires_at ?? Number.POSITIVE_INFINITY,
  };
}

function toRequestLimits(row: KeyRow): RequestLimits | undefined {
  const { requests_per_minute: perMinute, requests_per_hour: perHour } = row;
  if (perMinute === null && perHour === null) return undefined;
  return {
    ...(perMinute !== null && { requestsPerMinute: perMinute }),
    ...(perHour !== null && { requestsPerHour: perHour }),
  };
}

/** Both are hex of SHA-256, so of one length. */
function sameHash(stored: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(stored), Buffer.from(given));
}

const invalidKey = () =>
  accountErrors.invalid_api_key(
    'This agent key is not valid. Check it for typing mistakes, or make a new one.',
  );
