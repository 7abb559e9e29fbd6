import { type Static, Type } from 'typebox';
import { isoTime } from '../../../lib/clock.ts';
import {
  DELIVERED_EVENTS,
  DELIVERY_STATUSES,
  type Delivery,
  type DeliveryWithAttempts,
  WEBHOOK_EVENTS,
  type Webhook,
} from '../../../webhooks/index.ts';
import { Revision, saveRevision } from '../if-match.ts';
import { Closed, Id, Nullable, PageQuery, PageReply, Time, timeOrNull } from '../schemas.ts';

const Url = Type.String({
  maxLength: 2_000,
  description: 'http:// or https://; a private address needs the operator’s leave.',
});
const Events = Type.Array(Type.Enum([...WEBHOOK_EVENTS]), {
  minItems: 1,
  maxItems: 100,
  description: 'What it is told of.',
});
const Description = Type.String({ maxLength: 500 });

export const CreateWebhookBody = Closed({
  url: Url,
  events: Events,
  description: Type.Optional(Description),
  enabled: Type.Optional(Type.Boolean({ default: true })),
});

export const UpdateWebhookBody = Closed({
  url: Type.Optional(Url),
  events: Type.Optional(Events),
  description: Type.Optional(Description),
  enabled: Type.Optional(
    Type.Boolean({ description: 'Enabled again, it is sent what was pending when it was disabled.' }),
  ),
});

export const RotateSecretBody = Closed({
  overlap_hours: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 168,
      default: 24,
      description: 'For so long deliveries are signed by the old secret as well.',
    }),
  ),
});

const WEBHOOK = {
  id: Type.String(),
  url: Type.String(),
  description: Type.String(),
  events: Type.Array(Type.String()),
  enabled: Type.Boolean(),
  disabled_at: Nullable(Time),
  disabled_reason: Nullable(Type.String()),
  failing_since: Nullable(
    Type.String({ format: 'date-time', description: 'Since when no attempt has succeeded.' }),
  ),
  previous_secret_until: Nullable(Time),
  created_at: Time,
  revision: Revision,
  updated_at: Time,
};

export const WebhookReply = Type.Object(WEBHOOK);
export const WebhookSecretReply = Type.Object({
  ...WEBHOOK,
  secret: Type.String({ description: 'whsec_…, by which deliveries are signed. Shown this once.' }),
});
export const WebhookList = Type.Object({ webhooks: Type.Array(WebhookReply), ...PageReply });

export const DeliveryParams = Type.Object({ id: Id, delivery_id: Id });

export const DeliveryQuery = Closed({
  ...PageQuery,
  status: Type.Optional(Type.Enum([...DELIVERY_STATUSES])),
  event: Type.Optional(Type.Enum([...DELIVERED_EVENTS])),
});

const DELIVERY = {
  id: Type.String(),
  webhook_id: Type.String(),
  message_id: Type.String({ description: 'The header webhook-id: the same in every attempt and replay.' }),
  event: Type.String(),
  status: Type.String({ description: 'pending, delivered or failed.' }),
  attempts: Type.Integer(),
  next_attempt_at: Nullable(Time),
  created_at: Time,
  finished_at: Nullable(Time),
};

export const DeliveryReply = Type.Object(DELIVERY);
export const DeliveryList = Type.Object({ deliveries: Type.Array(DeliveryReply), ...PageReply });
export const WholeDeliveryReply = Type.Object({
  ...DELIVERY,
  payload: Type.Record(Type.String(), Type.Unknown(), { description: 'The body, as it is sent.' }),
  log: Type.Array(
    Type.Object({
      number: Type.Integer(),
      time: Time,
      status: Nullable(Type.Integer({ description: 'Of the reply; null when none came.' })),
      error: Nullable(Type.String()),
      duration_ms: Type.Integer(),
      response: Type.String({ description: 'The beginning of the reply.' }),
    }),
  ),
});

export function toWebhook(webhook: Webhook): Static<typeof WebhookReply> {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    events: [...webhook.events],
    enabled: webhook.disabledAt === undefined,
    disabled_at: timeOrNull(webhook.disabledAt),
    disabled_reason: webhook.disabledReason ?? null,
    failing_since: timeOrNull(webhook.failingSince),
    previous_secret_until: timeOrNull(webhook.previousSecretUntil),
    created_at: isoTime(webhook.createdAt),
    revision: saveRevision(webhook),
    updated_at: isoTime(webhook.updatedAt),
  };
}

export function toDelivery(delivery: Delivery): Static<typeof DeliveryReply> {
  return {
    id: delivery.id,
    webhook_id: delivery.webhookId,
    message_id: delivery.messageId,
    event: delivery.event,
    status: delivery.status,
    attempts: delivery.attempts,
    next_attempt_at: timeOrNull(delivery.nextAttemptAt),
    created_at: isoTime(delivery.createdAt),
    finished_at: timeOrNull(delivery.finishedAt),
  };
}

export function toWholeDelivery(delivery: DeliveryWithAttempts): Static<typeof WholeDeliveryReply> {
  return {
    ...toDelivery(delivery),
    payload: { ...delivery.payload },
    log: delivery.log.map(({ number, at, status, error, durationMs, response }) => ({
      ...{ number, time: isoTime(at), status: status ?? null, error: error ?? null },
      ...{ duration_ms: durationMs, response },
    })),
  };
}
