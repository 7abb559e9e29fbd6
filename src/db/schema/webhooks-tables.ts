import type { Generated } from 'kysely';

export interface WebhooksTables {
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
  webhook_attempts: WebhookAttemptsTable;
}

export interface WebhooksTable {
  id: string;
  account_id: string;
  url: string;
  description: string;
  /** JSON array */
  events: string;
  secret_sealed: string;
  /** Of before the last rotation; signs beside the current one until then. */
  previous_secret_sealed: string | null;
  previous_secret_until: number | null;
  /** Null while it is sent to. */
  disabled_at: number | null;
  disabled_reason: string | null;
  /** Null when the last attempt succeeded. */
  failing_since: number | null;
  created_at: number;
  updated_at: number;
}

/** One event on its way to one webhook: written with what it tells of, sent by the dispatcher. */
export interface WebhookDeliveriesTable {
  id: string;
  account_id: string;
  webhook_id: string;
  /** The same in every attempt and replay. */
  message_id: string;
  event: string;
  /** The body, as it is signed and sent. */
  payload: string;
  /** pending, delivered, failed */
  status: Generated<string>;
  /** Those that have begun. */
  attempts: Generated<number>;
  max_attempts: number;
  /** When the next attempt is due; while one is under way, when it counts as lost. */
  next_at: number;
  /** Set while an attempt is under way. */
  claimed_until: number | null;
  created_at: number;
  finished_at: number | null;
}

export interface WebhookAttemptsTable {
  delivery_id: string;
  /** From 1. */
  number: number;
  account_id: string;
  at: number;
  /** Null when no reply came. */
  status: number | null;
  error: string | null;
  duration_ms: number;
  /** The beginning of the reply's body. */
  response: string;
}
