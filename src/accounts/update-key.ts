import { type Actor, SYSTEM } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';
import { type AccountsContext, announce } from './context.ts';
import { checkKeyUpdate, type KeyUpdate, toAuditDetails } from './key-rules.ts';
import type { AgentKey } from './types.ts';

/** Changes a key; in force at once. Switching it off also ends what is open under it. */
export async function updateKey(
  context: AccountsContext,
  accountId: string,
  keyId: string,
  update: KeyUpdate,
  by: Actor = SYSTEM,
): Promise<AgentKey> {
  const change = checkKeyUpdate(update, context.clock.now());
  if (Object.keys(change).length > 0) {
    const written = await context.db.write([
      context.store.updateKey(accountId, keyId, change),
      context.audit.record({
        accountId,
        action: 'key.updated',
        by,
        object: { type: 'key', id: keyId },
        details: toAuditDetails(change),
      }),
    ]);
    if (!written.ok) throw keyNotFound(keyId);
    forgetKey(context, keyId);
    if (change.disabled) announce(context, { kind: 'key', accountId, keyId, why: 'disabled' });
  }
  const key = await context.store.findKey(accountId, keyId);
  if (!key) throw keyNotFound(keyId);
  return key;
}

/** Ends a key for good: from the moment this resolves it is refused, and whatever is open under it is told. */
export async function revokeKey(
  context: AccountsContext,
  accountId: string,
  keyId: string,
  by: Actor = SYSTEM,
): Promise<void> {
  const written = await context.db.write([
    context.store.revokeKey(accountId, keyId, context.clock.now()),
    context.audit.record({ accountId, action: 'key.revoked', by, object: { type: 'key', id: keyId } }),
  ]);
  if (!written.ok) throw keyNotFound(keyId);
  forgetKey(context, keyId);
  announce(context, { kind: 'key', accountId, keyId, why: 'revoked' });
}

export async function getKey(context: AccountsContext, accountId: string, keyId: string): Promise<AgentKey> {
  const key = await context.store.findKey(accountId, keyId);
  if (!key) throw keyNotFound(keyId);
  return key;
}

function forgetKey(context: AccountsContext, keyId: string): void {
  context.keyCache.drop(({ principal }) => principal.keyId === keyId);
}

function keyNotFound(keyId: string) {
  return commonErrors.not_found(`There is no agent key '${keyId}'.`);
}
