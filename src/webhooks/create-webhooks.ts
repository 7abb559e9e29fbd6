import type { Actor, AuditRecorder } from '../audit/index.ts';
import type { Database } from '../db/index.ts';
import { systemTimers, type Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import type { SaveOptions } from '../lib/save-on-newest.ts';
import type { SecretBox } from '../lib/secrets.ts';
import type { WebhookContext } from './context.ts';
import { attemptDelivery } from './delivery/attempt-delivery.ts';
import { createDeliveryStore } from './delivery/delivery-store.ts';
import { Dispatcher } from './delivery/dispatcher.ts';
import { SEND_TIMEOUT_MS } from './delivery/send.ts';
import { getDelivery, listDeliveries, replayDelivery, testWebhook } from './manage-deliveries.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateSecret,
  updateWebhook,
} from './manage-webhooks.ts';
import { createOutbox, type EventOutbox } from './outbox.ts';
import { Registry } from './registry.ts';
import { createWebhookStore } from './store.ts';
import type {
  Delivery,
  DeliveryFilter,
  DeliveryWithAttempts,
  Webhook,
  WebhookInput,
  WebhookUpdate,
  WebhookWithSecret,
} from './types.ts';

/** Where other processes write too, what they have left is looked for this often. */
const SHARED_POLL_MS = 1_000;
const POLL_MS = 30_000;

export interface WebhooksDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly audit: AuditRecorder;
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>;
  readonly guardedHttp: Pick<GuardedHttp, 'vet' | 'request'>;
  readonly lowCreditNanoUsd: bigint;
  readonly timers?: Timers | undefined;
  readonly random?: () => number;
  readonly timeoutMs?: number | undefined;
  readonly observe?: WebhookContext['observe'];
}

/** Events sent to addresses of the account's own. Verbs on one webhook throw not_found for an id that it does not have. */
export interface Webhooks extends EventOutbox {
  create(accountId: string, input: WebhookInput, by?: Actor): Promise<WebhookWithSecret>;
  list(accountId: string, request: PageRequest): Promise<Page<Webhook>>;
  get(accountId: string, id: string): Promise<Webhook>;
  /** Throws webhook_changed when `ifSavedAt` is given and somebody has saved since. */
  update(
    accountId: string,
    id: string,
    update: WebhookUpdate,
    by?: Actor,
    options?: SaveOptions,
  ): Promise<Webhook>;
  /** Throws webhook_changed likewise. */
  remove(accountId: string, id: string, by?: Actor, options?: SaveOptions): Promise<void>;
  /** Throws webhook_changed likewise. */
  rotateSecret(
    accountId: string,
    id: string,
    overlapMs: number,
    by?: Actor,
    options?: SaveOptions,
  ): Promise<WebhookWithSecret>;
  test(accountId: string, id: string): Promise<DeliveryWithAttempts>;
  listDeliveries(
    accountId: string,
    id: string,
    filter: DeliveryFilter,
    request: PageRequest,
  ): Promise<Page<Delivery>>;
  getDelivery(accountId: string, id: string, deliveryId: string): Promise<DeliveryWithAttempts>;
  replay(accountId: string, id: string, deliveryId: string): Promise<Delivery>;
  /**
   * From here on events are kept for those who want to know: to be called before anything can happen. With `delivers` it
   * also takes up what the last process left, and sends what is due.
   */
  start(options?: { readonly delivers: boolean }): Promise<void>;
  /** Begins no more attempts; those under way are given `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { db, clock, log, timers = systemTimers, random = Math.random, timeoutMs = SEND_TIMEOUT_MS } = deps;
  const isShared = db.dialect !== 'sqlite';
  const abort = new AbortController();
  const registry = new Registry();
  const store = createWebhookStore(db);
  const deliveries = createDeliveryStore(db);
  const parts = {
    ...{ db, clock, log, random, timeoutMs, registry, store, deliveries, signal: abort.signal },
    ...{ ids: deps.ids, audit: deps.audit, secrets: deps.secrets, guardedHttp: deps.guardedHttp },
    ...{ lowCreditNanoUsd: deps.lowCreditNanoUsd, observe: deps.observe },
  };
  const dispatcher = new Dispatcher({
    ...{ clock, timers, log, store: deliveries, pollMs: isShared ? SHARED_POLL_MS : POLL_MS },
    attempt: async (delivery) => (await attemptDelivery(parts, delivery)) !== undefined,
  });
  const context: WebhookContext = { ...parts, dispatcher };
  let stopRefreshing: (() => void) | undefined;
  let refreshing: Promise<void> | undefined;

  const refresh = (): Promise<void> => registry.refresh(() => store.enabled());
  /** Other processes change webhooks too. */
  const keepFresh = (): void => {
    stopRefreshing = timers.after(SHARED_POLL_MS, () => {
      refreshing = refresh()
        .catch((err: unknown) => log.warn({ err }, 'The webhooks could not be read'))
        .finally(() => {
          if (stopRefreshing) keepFresh();
        });
    });
  };

  return {
    ...createOutbox(context),
    create: (accountId, input, by) => createWebhook(context, accountId, input, by),
    list: (accountId, request) => listWebhooks(context, accountId, request),
    get: (accountId, id) => getWebhook(context, accountId, id),
    update: (accountId, id, update, by, options) =>
      updateWebhook(context, accountId, id, update, by, options),
    remove: (accountId, id, by, options) => deleteWebhook(context, accountId, id, by, options),
    rotateSecret: (accountId, id, overlapMs, by, options) =>
      rotateSecret(context, accountId, id, overlapMs, by, options),
    test: (accountId, id) => testWebhook(context, accountId, id),
    listDeliveries: (accountId, id, filter, request) =>
      listDeliveries(context, accountId, id, filter, request),
    getDelivery: (accountId, id, deliveryId) => getDelivery(context, accountId, id, deliveryId),
    replay: (accountId, id, deliveryId) => replayDelivery(context, accountId, id, deliveryId),

    async start({ delivers } = { delivers: true }) {
      await refresh();
      if (isShared) keepFresh();
      else if (!registry.isEmpty) await db.write([deliveries.releaseClaims(clock.now())]);
      if (delivers) await dispatcher.start();
    },

    async close(graceMs) {
      stopRefreshing?.();
      stopRefreshing = undefined;
      const cut = setTimeout(() => abort.abort(new Error('The server is stopping')), graceMs);
      await Promise.all([refreshing, dispatcher.close()]);
      clearTimeout(cut);
    },
  };
}
