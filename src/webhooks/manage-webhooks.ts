import { type Actor, type AuditRecorder, SYSTEM } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { saveOnNewest, timeOfSave } from '../lib/save-on-newest.ts';
import { checkUrl } from './check-url.ts';
import type { WebhookContext } from './context.ts';
import { webhookErrors } from './errors.ts';
import type { StoredWebhook } from './store.ts';
import type { Webhook, WebhookInput, WebhookUpdate, WebhookWithSecret } from './types.ts';
import { makeSecret, secretPlace } from './webhook-secret.ts';

const MAX_WEBHOOKS = 50;
const BY_HAND = 'It was disabled by hand.';

/** From the moment on which this resolves, events are kept for the webhook. Throws webhook_limit_reached. */
export async function createWebhook(
  context: WebhookContext,
  accountId: string,
  input: WebhookInput,
  by: Actor = SYSTEM,
): Promise<WebhookWithSecret> {
  const { store, ids, clock, secrets } = context;
  const { total } = await store.list(accountId, { page: 1, limit: 1 });
  if (total >= MAX_WEBHOOKS) {
    throw webhookErrors.webhook_limit_reached(`An account has at most ${MAX_WEBHOOKS} webhooks.`);
  }
  const id = ids.next('wh_');
  const now = clock.now();
  const secret = makeSecret();
  const { description = '', isEnabled = true } = input;
  const webhook: StoredWebhook = {
    ...{ id, accountId, description, url: await checkUrl(context.guardedHttp, accountId, input.url) },
    events: [...new Set(input.events)],
    secretSealed: secrets.seal(secret, secretPlace(accountId, id)),
    ...{ previousSecretSealed: undefined, previousSecretUntil: undefined, failingSince: undefined },
    disabledAt: isEnabled ? undefined : now,
    disabledReason: isEnabled ? undefined : BY_HAND,
    ...{ createdAt: now, updatedAt: now },
  };
  await context.db.write([store.insert(webhook), lineOf(context.audit, 'webhook.created', webhook, by)]);
  remember(context, webhook);
  return { webhook, secret };
}

/** Throws not_found. */
export async function getWebhook(
  { store }: Pick<WebhookContext, 'store'>,
  accountId: string,
  id: string,
): Promise<StoredWebhook> {
  const webhook = await store.find(accountId, id);
  if (!webhook) throw commonErrors.not_found(`There is no webhook '${id}'.`);
  return webhook;
}

export async function listWebhooks(
  { store }: WebhookContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<Webhook>> {
  return { ...(await store.list(accountId, request)), page: request.page };
}

/** Enabled again, it is sent what was pending when it was disabled; what happened since is not kept for it. */
export async function updateWebhook(
  context: WebhookContext,
  accountId: string,
  id: string,
  update: WebhookUpdate,
  by: Actor = SYSTEM,
): Promise<Webhook> {
  await getWebhook(context, accountId, id);
  const url =
    update.url === undefined ? undefined : await checkUrl(context.guardedHttp, accountId, update.url);
  const saved = await save(context, accountId, id, 'webhook.updated', by, (current, now) => {
    const { isEnabled = current.disabledAt === undefined } = update;
    const disabled = {
      disabledAt: current.disabledAt ?? now,
      disabledReason: current.disabledReason ?? BY_HAND,
    };
    return {
      url: url ?? current.url,
      events: update.events === undefined ? current.events : [...new Set(update.events)],
      description: update.description ?? current.description,
      ...(isEnabled ? { disabledAt: undefined, disabledReason: undefined } : disabled),
      ...(isEnabled && current.disabledAt !== undefined && { failingSince: undefined }),
    };
  });
  if (saved.disabledAt === undefined) context.dispatcher.wake(accountId, id);
  return saved;
}

export async function deleteWebhook(
  context: WebhookContext,
  accountId: string,
  id: string,
  by: Actor = SYSTEM,
): Promise<void> {
  const webhook = await getWebhook(context, accountId, id);
  const { store, db, audit } = context;
  const written = await db.write([
    ...store.remove(accountId, id),
    lineOf(audit, 'webhook.deleted', webhook, by),
  ]);
  if (!written.ok) throw commonErrors.not_found(`There is no webhook '${id}'.`);
  context.registry.remove(accountId, id);
  context.dispatcher.forget(id);
}

/** A new secret. For `overlapMs` deliveries are signed by the one before as well, so that receivers can change in peace. */
export async function rotateSecret(
  context: WebhookContext,
  accountId: string,
  id: string,
  overlapMs: number,
  by: Actor = SYSTEM,
): Promise<WebhookWithSecret> {
  const secret = makeSecret();
  const webhook = await save(context, accountId, id, 'webhook.secret-rotated', by, (current, now) => ({
    secretSealed: context.secrets.seal(secret, secretPlace(accountId, id)),
    previousSecretSealed: overlapMs > 0 ? current.secretSealed : undefined,
    previousSecretUntil: overlapMs > 0 ? now + overlapMs : undefined,
  }));
  return { webhook, secret };
}

/** Changes that are made at once are all kept: a secret that was rotated does not come back with another save. */
function save(
  context: WebhookContext,
  accountId: string,
  id: string,
  action: 'webhook.updated' | 'webhook.secret-rotated',
  by: Actor,
  change: (current: StoredWebhook, now: number) => Partial<StoredWebhook>,
): Promise<StoredWebhook> {
  const { audit, clock, db, store } = context;
  return saveOnNewest(async () => {
    const current = await getWebhook(context, accountId, id);
    const updatedAt = timeOfSave(clock.now(), current);
    const changed = { ...current, ...change(current, updatedAt), updatedAt };
    const written = await db.write([store.update(current, changed), lineOf(audit, action, changed, by)]);
    if (!written.ok) return undefined;
    remember(context, changed);
    return changed;
  });
}

function remember({ registry }: WebhookContext, webhook: Webhook): void {
  if (webhook.disabledAt === undefined) registry.put(webhook);
  else registry.remove(webhook.accountId, webhook.id);
}

function lineOf(
  audit: AuditRecorder,
  action: 'webhook.created' | 'webhook.updated' | 'webhook.deleted' | 'webhook.secret-rotated',
  { accountId, id, url, events, disabledAt }: Webhook,
  by: Actor,
) {
  return audit.record({
    accountId,
    action,
    by,
    object: { type: 'webhook', id },
    // An address may carry what only its owner should know in its query.
    details: { url: url.replace(/\?.*$/, '?…'), events: [...events], isEnabled: disabledAt === undefined },
  });
}
