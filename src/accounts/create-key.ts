import { type Actor, SYSTEM } from '../audit/index.ts';
import type { AccountsContext } from './context.ts';
import { accountGone } from './errors.ts';
import { keyPrefix, makeKeyText } from './key-format.ts';
import { checkKeyUpdate, type KeyInput, toAuditDetails } from './key-rules.ts';
import { hashSecret } from './secret-text.ts';
import type { AgentKey } from './types.ts';

/** Makes an agent key. `key` is shown this once: only its hash is kept. */
export async function createKey(
  context: AccountsContext,
  accountId: string,
  input: KeyInput,
  createdBy: string | undefined,
  by: Actor = SYSTEM,
): Promise<AgentKey & { readonly key: string }> {
  const now = context.clock.now();
  const checked = checkKeyUpdate(input, now);
  const text = makeKeyText(context.randomBytes);
  const key: AgentKey = {
    id: context.ids.next('key_'),
    accountId,
    name: checked.name ?? input.name,
    prefix: keyPrefix(text),
    last4: text.slice(-4),
    agentIds: checked.agentIds ?? undefined,
    dailyLimitNanoUsd: checked.dailyLimitNanoUsd ?? undefined,
    monthlyLimitNanoUsd: checked.monthlyLimitNanoUsd ?? undefined,
    requestsPerMinute: checked.requestsPerMinute ?? undefined,
    requestsPerHour: checked.requestsPerHour ?? undefined,
    allowedOrigins: checked.allowedOrigins ?? undefined,
    disabled: false,
    createdBy,
    createdAt: now,
    expiresAt: checked.expiresAt ?? undefined,
    lastUsedAt: undefined,
  };
  const written = await context.db.write([
    context.store.requireOpen(accountId),
    context.store.insertKey(key, hashSecret(text)),
    context.audit.record({
      accountId,
      action: 'key.created',
      by,
      object: { type: 'key', id: key.id },
      details: { ...toAuditDetails(checked), prefix: key.prefix },
    }),
  ]);
  if (!written.ok) throw accountGone();
  return { ...key, key: text };
}
