import { sql } from 'kysely';
import type { Database, Statement, WebhookAttemptsTable, WebhookDeliveriesTable } from '../../db/index.ts';
import { type PageRequest, pageOffset } from '../../lib/page.ts';
import { toWebhook } from '../store.ts';
import {
  type Attempt,
  DELIVERED_EVENTS,
  DELIVERY_STATUSES,
  type Delivery,
  type DeliveryFilter,
  TEST_EVENT,
  type Webhook,
} from '../types.ts';

/** A delivery with what is sent. */
export interface StoredDelivery extends Delivery {
  readonly payload: string;
}

/** Guards: somebody else makes this attempt, or has made it. */
const DUE = 'delivery is due';
const CLAIM = 'attempt is ours';
export const TO_BE_DISABLED = 'webhook is as the attempt found it';

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** The few queries that name no account are the dispatcher's, which serves all of them. */
export function createDeliveryStore(db: Database) {
  const claimed = (delivery: Delivery) =>
    db.build
      .updateTable('webhook_deliveries')
      .where('id', '=', delivery.id)
      .where('account_id', '=', delivery.accountId)
      .where('status', '=', 'pending')
      .where('attempts', '=', delivery.attempts);

  const matching = (accountId: string, webhookId: string, { status, event }: DeliveryFilter) => {
    let query = db.build
      .selectFrom('webhook_deliveries')
      .where('webhook_id', '=', webhookId)
      .where('account_id', '=', accountId);
    if (status !== undefined) query = query.where('status', '=', status);
    if (event !== undefined) query = query.where('event', '=', event);
    return query;
  };

  return {
    /** Makes the attempt that comes after those of `delivery` the caller's, until `until`. */
    claim: (delivery: Delivery, until: number): Statement =>
      db.statement(
        claimed(delivery).set({ attempts: delivery.attempts + 1, next_at: until, claimed_until: until }),
        DUE,
      ),

    /** The end of the attempt that `delivery` counts as its last. Without `nextAt` there is none to come. */
    finish(
      delivery: Delivery,
      attempt: Attempt,
      outcome: { readonly status: Delivery['status']; readonly nextAt?: number; readonly now: number },
    ): Statement[] {
      const { status, nextAt, now } = outcome;
      return [
        db.statement(
          claimed(delivery).set({
            status,
            claimed_until: null,
            ...(nextAt !== undefined && { next_at: nextAt }),
            finished_at: status === 'pending' ? null : now,
          }),
          CLAIM,
        ),
        db.statement(
          db.build.insertInto('webhook_attempts').values({
            delivery_id: delivery.id,
            number: attempt.number,
            account_id: delivery.accountId,
            at: attempt.at,
            status: attempt.status ?? null,
            error: attempt.error ?? null,
            duration_ms: attempt.durationMs,
            response: attempt.response,
          }),
        ),
      ];
    },

    /** Whatever other attempts have found meanwhile: the last that ends decides. */
    noteSuccess: (accountId: string, webhookId: string): Statement =>
      db.statement(
        db.build
          .updateTable('webhooks')
          .set({ failing_since: null })
          .where('id', '=', webhookId)
          .where('account_id', '=', accountId)
          .where('failing_since', 'is not', null),
      ),

    /** One that fails already has done so for longer. */
    noteFailure: (accountId: string, webhookId: string, at: number): Statement =>
      db.statement(
        db.build
          .updateTable('webhooks')
          .set({ failing_since: at })
          .where('id', '=', webhookId)
          .where('account_id', '=', accountId)
          .where('failing_since', 'is', null),
      ),

    /** Only one that is enabled, sent to where it was sent to, and has taken nothing since `failingSince`, if that is given. */
    disable(
      { accountId, id, url }: Pick<Webhook, 'accountId' | 'id' | 'url'>,
      failingSince: number | undefined,
      reason: string,
      now: number,
    ): Statement {
      const disabled = db.build
        .updateTable('webhooks')
        .set({ disabled_at: now, disabled_reason: reason })
        // No two saves bear the same time, so that whoever saves what was read before is refused.
        .set((eb) => ({
          updated_at: eb
            .case()
            .when('updated_at', '>=', now)
            .then(eb('updated_at', '+', 1))
            .else(now)
            .end(),
        }))
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('url', '=', url)
        .where('disabled_at', 'is', null);
      return db.statement(
        failingSince === undefined ? disabled : disabled.where('failing_since', '=', failingSince),
        TO_BE_DISABLED,
      );
    },

    /** For the start of the only process: what was under way is not known to have arrived, and is due at once. */
    releaseClaims: (now: number): Statement =>
      db.statement(
        db.build
          .updateTable('webhook_deliveries')
          .set({ next_at: now, claimed_until: null })
          .where('status', '=', 'pending')
          .where('claimed_until', 'is not', null),
      ),

    /** Enabled webhooks that something is to be sent to, and when. */
    lanes: () =>
      db.all(
        db.build
          .selectFrom('webhooks')
          .select(['webhooks.id', 'webhooks.account_id'])
          .select((eb) =>
            eb
              .selectFrom('webhook_deliveries')
              .select((min) => min.fn.min<number | null>('next_at').as('due'))
              .whereRef('webhook_deliveries.webhook_id', '=', 'webhooks.id')
              .where('webhook_deliveries.status', '=', 'pending')
              .as('due_at'),
          )
          .where('webhooks.disabled_at', 'is', null),
      ),

    /** The first that are to be sent, those that are not due yet included. */
    async pending(
      accountId: string,
      webhookId: string,
      limit: number,
    ): Promise<(StoredDelivery & { nextAt: number })[]> {
      const rows = await db.all(
        db.build
          .selectFrom('webhook_deliveries')
          .selectAll()
          .where('webhook_id', '=', webhookId)
          .where('account_id', '=', accountId)
          .where('status', '=', 'pending')
          .orderBy('next_at')
          .limit(limit),
      );
      return rows.map((row) => ({ ...toDelivery(row), nextAt: row.next_at }));
    },

    async findWebhook(accountId: string, id: string) {
      const row = await db.first(
        db.build.selectFrom('webhooks').selectAll().where('id', '=', id).where('account_id', '=', accountId),
      );
      return row && toWebhook(row);
    },

    /** A copy of a delivery, or one that is sent although its webhook is disabled. */
    insert: (delivery: StoredDelivery): Statement =>
      db.statement(
        db.build.insertInto('webhook_deliveries').values({
          id: delivery.id,
          account_id: delivery.accountId,
          webhook_id: delivery.webhookId,
          message_id: delivery.messageId,
          event: delivery.event,
          payload: delivery.payload,
          max_attempts: delivery.maxAttempts,
          next_at: delivery.nextAttemptAt ?? delivery.createdAt,
          created_at: delivery.createdAt,
        }),
      ),

    async find(accountId: string, webhookId: string, id: string): Promise<StoredDelivery | undefined> {
      const row = await db.first(matching(accountId, webhookId, {}).selectAll().where('id', '=', id));
      return row && toDelivery(row);
    },

    /** The newest first. */
    async list(accountId: string, webhookId: string, filter: DeliveryFilter, page: PageRequest) {
      const query = matching(accountId, webhookId, filter);
      const [rows, counted] = await Promise.all([
        db.all(
          query
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('id', 'desc')
            .limit(page.limit)
            .offset(pageOffset(page)),
        ),
        db.first(query.select(sql<number>`count(*)`.as('total'))),
      ]);
      return { items: rows.map(toDelivery), total: Number(counted?.total ?? 0) };
    },

    /** In their order, of one delivery. */
    async attempts(accountId: string, deliveryId: string): Promise<Attempt[]> {
      const rows = await db.all(
        db.build
          .selectFrom('webhook_attempts')
          .selectAll()
          .where('delivery_id', '=', deliveryId)
          .where('account_id', '=', accountId)
          .orderBy('number'),
      );
      return rows.map(toAttempt);
    },
  };
}

function toDelivery(row: WebhookDeliveriesRow): StoredDelivery {
  return {
    id: row.id,
    accountId: row.account_id,
    webhookId: row.webhook_id,
    messageId: row.message_id,
    event: DELIVERED_EVENTS.find((event) => event === row.event) ?? TEST_EVENT,
    status: DELIVERY_STATUSES.find((status) => status === row.status) ?? 'failed',
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    nextAttemptAt: row.status === 'pending' ? row.next_at : undefined,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
    payload: row.payload,
  };
}

type WebhookDeliveriesRow = Omit<WebhookDeliveriesTable, 'status' | 'attempts'> & {
  readonly status: string;
  readonly attempts: number;
};

function toAttempt(row: WebhookAttemptsTable): Attempt {
  return {
    number: row.number,
    at: row.at,
    status: row.status ?? undefined,
    error: row.error ?? undefined,
    durationMs: row.duration_ms,
    response: row.response,
  };
}
