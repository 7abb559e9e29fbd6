import { type Actor, type AuditRecorder, SYSTEM } from '../audit/index.ts';
import { commonErrors } from '../lib/errors.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { isAsRead, type SaveOptions, saveOnNewest, timeOfSave } from '../lib/save-on-newest.ts';
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

/** Throws not_found, and webhook_changed when somebody has saved it since `ifSavedAt`. */
export async function getWebhook(
  { store }: Pick<WebhookContext, 'store'>,
  accountId: string,
  id: string,
  options: SaveOptions = {},
): Promise<StoredWebhook> {
  const webhook = await store.find(accountId, id);
  if (!webhook) throw webhookNotFound(id);
  if (!isAsRead(webhook, options)) throw webhookChanged();
  return webhook;
}

export async function listWebhooks(
  { store }: WebhookContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<Webhook>> {
  return { ...(await store.list(accountId, request)), page: request.page };
}

/**
 * Enabled again, it is sent what was pending when it was disabled; what happened since is not kept for it. Throws
 * webhook_changed when `ifSavedAt` is given and somebody has saved since.
 */
export async function updateWebhook(
  context: WebhookContext,
  accountId: string,
  id: string,
  update: WebhookUpdate,
  by: Actor = SYSTEM,
  options: SaveOptions = {},
): Promise<Webhook> {
  await getWebhook(context, accountId, id, options);
  const url =
    update.url === undefined ? undefined : await checkUrl(context.guardedHttp, accountId, update.url);
  const place = { accountId, id, options };
  const saved = await save(context, place, 'webhook.updated', by, (current, now) => {
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

/** Throws as getWebhook does. */
export async function deleteWebhook(
  context: WebhookContext,
  accountId: string,
  id: string,
  by: Actor = SYSTEM,
  options: SaveOptions = {},
): Promise<void> {
  const webhook = await getWebhook(context, accountId, id, options);
  const { store, db, audit } = context;
  const written = await db.write([
    ...store.remove(accountId, id, options),
    lineOf(audit, 'webhook.deleted', webhook, by),
  ]);
  if (!written.ok) {
    await getWebhook(context, accountId, id, options);
    throw webhookNotFound(id);
  }
  context.registry.remove(accountId, id);
  context.dispatcher.forget(id);
}

/**
 * A new secret. For `overlapMs` deliveries are signed by the one before as well, so that receivers can change in peace.
 * Throws as getWebhook does.
 */
export async function rotateSecret(
  context: WebhookContext,
  accountId: string,
  id: string,
  overlapMs: number,
  by: Actor = SYSTEM,
  options: SaveOptions = {},
): Promise<WebhookWithSecret> {
  const secret = makeSecret();
  const place = { accountId, id, options };
  const webhook = await save(context, place, 'webhook.secret-rotated', by, (current, now) => ({
    secretSealed: context.secrets.seal(secret, secretPlace(accountId, id)),
    previousSecretSealed: overlapMs > 0 ? current.secretSealed : undefined,
    previousSecretUntil: overlapMs > 0 ? now + overlapMs : undefined,
  }));
  return { webhook, secret };
}

/** Changes that are made at once are all kept: a secret that was rotated does not come back with another save. */
function save(
  context: WebhookContext,
  { accountId, id, options }: { accountId: string; id: string; options: SaveOptions },
  action: 'webhook.updated' | 'webhook.secret-rotated',
  by: Actor,
  change: (current: StoredWebhook, now: number) => Partial<StoredWebhook>,
): Promise<StoredWebhook> {
  const { audit, clock, db, store } = context;
  return saveOnNewest(async () => {
    const current = await getWebhook(context, accountId, id, options);
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

function webhookNotFound(id: string) {
  return commonErrors.not_found(`There is no webhook '${id}'.`);
}

function webhookChanged() {
  return webhookErrors.webhook_changed(
    'Somebody else has saved this webhook since it was read. Read it again (GET), repeat the change, and send the new ETag in If-Match.',
  );
}
