import { commonErrors } from '../lib/errors.ts';
import { isJsonObject, type JsonObject, parseJson } from '../lib/json.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import type { WebhookContext } from './context.ts';
import { attemptDelivery } from './delivery/attempt-delivery.ts';
import type { StoredDelivery } from './delivery/delivery-store.ts';
import { MAX_ATTEMPTS } from './delivery/retry-schedule.ts';
import { webhookErrors } from './errors.ts';
import { getWebhook } from './manage-webhooks.ts';
import { payloadOf } from './outbox.ts';
import { type Delivery, type DeliveryFilter, type DeliveryWithAttempts, TEST_EVENT } from './types.ts';

export async function listDeliveries(
  context: WebhookContext,
  accountId: string,
  webhookId: string,
  filter: DeliveryFilter,
  request: PageRequest,
): Promise<Page<Delivery>> {
  const { items, total } = await context.deliveries.list(accountId, webhookId, filter, request);
  return { items, total, page: request.page };
}

/** Throws not_found. */
export async function getDelivery(
  context: WebhookContext,
  accountId: string,
  webhookId: string,
  deliveryId: string,
): Promise<DeliveryWithAttempts> {
  const delivery = await find(context, accountId, webhookId, deliveryId);
  return withLog(context, delivery);
}

/** Sends a message again, under the same webhook-id, as a delivery of its own. Throws webhook_disabled. */
export async function replayDelivery(
  context: WebhookContext,
  accountId: string,
  webhookId: string,
  deliveryId: string,
): Promise<Delivery> {
  const webhook = await getWebhook(context, accountId, webhookId);
  if (webhook.disabledAt !== undefined) {
    throw webhookErrors.webhook_disabled(
      `The webhook is disabled: ${webhook.disabledReason ?? ''} Enable it (PATCH /webhooks/${webhookId} {"enabled":true}), then replay.`,
    );
  }
  const old = await find(context, accountId, webhookId, deliveryId);
  const copy = newDelivery(context, { ...old, maxAttempts: MAX_ATTEMPTS });
  await context.db.write([context.deliveries.insert(copy)]);
  context.dispatcher.wake(accountId, webhookId);
  return copy;
}

/** Sends a test message once, now, and resolves to what came of it; a disabled webhook is tried too. */
export async function testWebhook(
  context: WebhookContext,
  accountId: string,
  webhookId: string,
): Promise<DeliveryWithAttempts> {
  await getWebhook(context, accountId, webhookId);
  const { clock, ids, db, deliveries } = context;
  const data = { webhook_id: webhookId, message: 'A test message from Muster.' };
  const delivery = newDelivery(context, {
    ...{ accountId, webhookId, messageId: ids.next('evt_'), event: TEST_EVENT, maxAttempts: 1 },
    payload: payloadOf(TEST_EVENT, clock.now(), data),
  });
  // Not due for the dispatcher, unless this process dies over it.
  const nextAttemptAt = clock.now() + 2 * context.timeoutMs;
  await db.write([deliveries.insert({ ...delivery, nextAttemptAt })]);
  await attemptDelivery(context, delivery);
  return getDelivery(context, accountId, webhookId, delivery.id);
}

function newDelivery(
  { clock, ids }: WebhookContext,
  of: Pick<StoredDelivery, 'accountId' | 'webhookId' | 'messageId' | 'event' | 'maxAttempts' | 'payload'>,
): StoredDelivery {
  const now = clock.now();
  return {
    ...of,
    id: ids.next('whd_'),
    status: 'pending',
    attempts: 0,
    ...{ nextAttemptAt: now, createdAt: now, finishedAt: undefined },
  };
}

async function find(
  { deliveries }: WebhookContext,
  accountId: string,
  webhookId: string,
  deliveryId: string,
): Promise<StoredDelivery> {
  const delivery = await deliveries.find(accountId, webhookId, deliveryId);
  if (!delivery) throw commonErrors.not_found(`There is no delivery '${deliveryId}' of this webhook.`);
  return delivery;
}

async function withLog(
  { deliveries }: WebhookContext,
  { payload, ...delivery }: StoredDelivery,
): Promise<DeliveryWithAttempts> {
  return {
    ...delivery,
    payload: toObject(payload),
    log: await deliveries.attempts(delivery.accountId, delivery.id),
  };
}

function toObject(text: string): JsonObject {
  const value = parseJson(text);
  return isJsonObject(value) ? value : {};
}
