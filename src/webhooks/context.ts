import type { AuditRecorder } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { SecretBox } from '../lib/secrets.ts';
import type { DeliveryStore } from './delivery/delivery-store.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import type { Registry } from './registry.ts';
import type { WebhookStore } from './store.ts';
import type { DeliveryStatus } from './types.ts';

/** What the verbs of this room share. */
export interface WebhookContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly audit: AuditRecorder;
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>;
  readonly guardedHttp: Pick<GuardedHttp, 'vet' | 'request'>;
  readonly store: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly registry: Registry;
  readonly dispatcher: Dispatcher;
  readonly random: () => number;
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Fires when the process cannot wait for attempts any longer. */
  readonly signal: AbortSignal;
  /** An account whose balance falls below it is told. */
  readonly lowCreditNanoUsd: bigint;
  /** Told of every attempt, for metrics. */
  readonly observe: ((outcome: DeliveryStatus, seconds: number) => void) | undefined;
}
