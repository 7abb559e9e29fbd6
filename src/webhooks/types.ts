import type { JsonObject } from '../lib/json.ts';

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = [
  'job.completed',
  'job.failed',
  'job.stopped',
  'job.waiting_for_input',
  'task.completed',
  'conversation.message',
  'credit.low',
  'schedule.failed',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Sent when somebody asks for it; nobody subscribes to it. */
export const TEST_EVENT = 'webhook.test';
export const DELIVERED_EVENTS = [...WEBHOOK_EVENTS, TEST_EVENT] as const;
export type DeliveredEvent = (typeof DELIVERED_EVENTS)[number];

/** An address that is told of events, without its secret. */
export interface Webhook {
  readonly id: string;
  readonly accountId: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly WebhookEvent[];
  /** Undefined while it is sent to. */
  readonly disabledAt: number | undefined;
  readonly disabledReason: string | undefined;
  /** Since when no attempt has succeeded; undefined when the last one did. */
  readonly failingSince: number | undefined;
  /** Until then every delivery carries a signature by the secret before the rotation too. */
  readonly previousSecretUntil: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface WebhookInput {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly description?: string | undefined;
  readonly isEnabled?: boolean | undefined;
}

/** What is absent stays. */
export type WebhookUpdate = Partial<WebhookInput>;

/** A secret in the only reply that has it. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** `pending`: an attempt is still to come. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one webhook. */
export interface Delivery {
  readonly id: string;
  readonly accountId: string;
  readonly webhookId: string;
  /** The same for every attempt and replay: by it receivers know what they have had. */
  readonly messageId: string;
  readonly event: DeliveredEvent;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Undefined once there is none to come. */
  readonly nextAttemptAt: number | undefined;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
}

export interface Attempt {
  readonly number: number;
  readonly at: number;
  /** Undefined when no reply came; then `error` says why. */
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly durationMs: number;
  /** The beginning of the reply's body. */
  readonly response: string;
}

export interface DeliveryWithAttempts extends Delivery {
  readonly payload: JsonObject;
  readonly log: readonly Attempt[];
}

export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly event?: DeliveredEvent | undefined;
}
