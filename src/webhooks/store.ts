import { sql } from 'kysely';
import type { Database, Statement, WebhookDeliveriesTable, WebhooksTable } from '../db/index.ts';
import { type PageRequest, pageOffset } from '../lib/page.ts';
import type { SaveOptions } from '../lib/save-on-newest.ts';
import { WEBHOOK_EVENTS, type Webhook, type WebhookEvent } from './types.ts';

/** A webhook with its secrets as they are stored. */
export interface StoredWebhook extends Webhook {
  readonly secretSealed: string;
  readonly previousSecretSealed: string | undefined;
}

export interface NewDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly webhookId: string;
  readonly messageId: string;
  readonly event: string;
  readonly maxAttempts: number;
  readonly now: number;
}

export type WebhookStore = ReturnType<typeof createWebhookStore>;

/** A guard that refuses when the row is gone, or, where a change is saved, was changed since it was read. */
const WEBHOOK = 'webhook exists';

/** The webhooks' SQL; that of deliveries on their way is in delivery/delivery-store.ts. */
export function createWebhookStore(db: Database) {
  type Insert = { [Key in keyof WebhookDeliveriesTable]: WebhookDeliveriesTable[Key] };

  /** Of a webhook that is gone or disabled by then nothing is kept. */
  const insertDelivery = db.prepare<Pick<Insert, Columns> & { now: number }>((queries, param) =>
    queries
      .insertInto('webhook_deliveries')
      .columns([...COLUMNS])
      .expression(
        queries
          .selectFrom('webhooks')
          .select([
            sql<string>`${param('id')}`.as('id'),
            'account_id',
            sql<string>`id`.as('webhook_id'),
            sql<string>`${param('message_id')}`.as('message_id'),
            sql<string>`${param('event')}`.as('event'),
            sql<string>`${param('payload')}`.as('payload'),
            sql<number>`${param('max_attempts')}`.as('max_attempts'),
            sql<number>`${param('now')}`.as('next_at'),
            sql<number>`${param('now')}`.as('created_at'),
          ])
          .where('id', '=', param('webhook_id'))
          .where('account_id', '=', param('account_id'))
          .where('disabled_at', 'is', null),
      ),
  );

  const toRow = ({ id, accountId, webhookId, messageId, event, maxAttempts, now }: NewDelivery) => ({
    ...{ id, account_id: accountId, webhook_id: webhookId, message_id: messageId, event },
    ...{ max_attempts: maxAttempts, next_at: now, created_at: now, now },
  });

  return {
    insertDelivery: (delivery: NewDelivery & { readonly payload: string }): Statement =>
      insertDelivery({ ...toRow(delivery), payload: delivery.payload }),

    /** Kept only if the charge before it in the batch took the balance below the bound; the payload says to what. */
    insertLowCredit(
      delivery: NewDelivery & {
        readonly boundNanoUsd: bigint;
        readonly costNanoUsd: bigint;
        readonly head: string;
      },
    ): Statement {
      const { id, accountId, webhookId, messageId, event, maxAttempts, now, boundNanoUsd, costNanoUsd } =
        delivery;
      const usd = (nano: ReturnType<typeof sql>) =>
        sql`cast(${nano} / 1000000000 as text) || '.' || substr(cast(1000000000 + ${nano} % 1000000000 as text), 2)`;
      const bound = sql`cast(${boundNanoUsd} as bigint)`;
      const query = sql`
        insert into webhook_deliveries (id, account_id, webhook_id, message_id, event, payload, max_attempts, next_at, created_at)
        select ${id}, webhooks.account_id, webhooks.id, ${messageId}, ${event},
          ${delivery.head} || ${usd(sql`accounts.balance_nano_usd`)} || ',"bound_usd":' || ${usd(bound)} || '}}',
          ${maxAttempts}, ${now}, ${now}
        from webhooks inner join accounts on accounts.id = webhooks.account_id
        where webhooks.id = ${webhookId} and webhooks.account_id = ${accountId} and webhooks.disabled_at is null
          and accounts.balance_nano_usd < ${boundNanoUsd}
          and accounts.balance_nano_usd + ${costNanoUsd} >= ${boundNanoUsd}`;
      return db.statement({ compile: () => query.compile(db.build) });
    },

    insert: (webhook: StoredWebhook): Statement =>
      db.statement(db.build.insertInto('webhooks').values(toColumns(webhook))),

    /** Only as it was read. Since when it fails is the deliveries' to say; one that is enabled again starts anew. */
    update({ updatedAt: readAt, disabledAt }: Webhook, webhook: StoredWebhook): Statement {
      const { id, account_id, created_at, failing_since, ...values } = toColumns(webhook);
      const isEnabledAgain = disabledAt !== undefined && webhook.disabledAt === undefined;
      return db.statement(
        db.build
          .updateTable('webhooks')
          .set({ ...values, ...(isEnabledAgain && { failing_since: null }) })
          .where('id', '=', id)
          .where('account_id', '=', account_id)
          .where('updated_at', '=', readAt),
        WEBHOOK,
      );
    },

    /** With everything that was sent to it. */
    remove(accountId: string, id: string, { ifSavedAt }: SaveOptions): Statement[] {
      const remove = db.build.deleteFrom('webhooks').where('id', '=', id).where('account_id', '=', accountId);
      const sent = db.build
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('webhook_id', '=', id)
        .where('account_id', '=', accountId);
      return [
        db.statement(ifSavedAt === undefined ? remove : remove.where('updated_at', '=', ifSavedAt), WEBHOOK),
        db.statement(
          db.build
            .deleteFrom('webhook_attempts')
            .where('account_id', '=', accountId)
            .where('delivery_id', 'in', sent),
        ),
        db.statement(
          db.build
            .deleteFrom('webhook_deliveries')
            .where('webhook_id', '=', id)
            .where('account_id', '=', accountId),
        ),
      ];
    },

    async find(accountId: string, id: string): Promise<StoredWebhook | undefined> {
      const row = await db.first(
        db.build.selectFrom('webhooks').selectAll().where('id', '=', id).where('account_id', '=', accountId),
      );
      return row && toWebhook(row);
    },

    /** The newest first. */
    async list(
      accountId: string,
      page: PageRequest,
    ): Promise<{ readonly items: StoredWebhook[]; readonly total: number }> {
      const query = db.build.selectFrom('webhooks').where('account_id', '=', accountId);
      const [rows, counted] = await Promise.all([
        db.all(
          query
            .selectAll()
            .orderBy('created_at', 'desc')
            .orderBy('id', 'desc')
            .limit(page.limit)
            .offset(pageOffset(page)),
        ),
        db.first(query.select((eb) => eb.fn.countAll<number>().as('total'))),
      ]);
      return { items: rows.map(toWebhook), total: Number(counted?.total ?? 0) };
    },

    /** Of all accounts: what the registry remembers. */
    async enabled(): Promise<Pick<Webhook, 'id' | 'accountId' | 'events'>[]> {
      const rows = await db.all(
        db.build
          .selectFrom('webhooks')
          .select(['id', 'account_id', 'events'])
          .where('disabled_at', 'is', null),
      );
      return rows.map((row) => ({ id: row.id, accountId: row.account_id, events: toEvents(row.events) }));
    },
  };
}

const COLUMNS = [
  'id',
  'account_id',
  'webhook_id',
  'message_id',
  'event',
  'payload',
  'max_attempts',
  'next_at',
  'created_at',
] as const;
type Columns = (typeof COLUMNS)[number];

function toColumns(webhook: StoredWebhook): WebhooksTable {
  return {
    id: webhook.id,
    account_id: webhook.accountId,
    url: webhook.url,
    description: webhook.description,
    events: JSON.stringify(webhook.events),
    secret_sealed: webhook.secretSealed,
    previous_secret_sealed: webhook.previousSecretSealed ?? null,
    previous_secret_until: webhook.previousSecretUntil ?? null,
    disabled_at: webhook.disabledAt ?? null,
    disabled_reason: webhook.disabledReason ?? null,
    failing_since: webhook.failingSince ?? null,
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
  };
}

export function toWebhook(row: WebhooksTable): StoredWebhook {
  return {
    id: row.id,
    accountId: row.account_id,
    url: row.url,
    description: row.description,
    events: toEvents(row.events),
    secretSealed: row.secret_sealed,
    previousSecretSealed: row.previous_secret_sealed ?? undefined,
    previousSecretUntil: row.previous_secret_until ?? undefined,
    disabledAt: row.disabled_at ?? undefined,
    disabledReason: row.disabled_reason ?? undefined,
    failingSince: row.failing_since ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toEvents(json: string): WebhookEvent[] {
  const names: unknown = JSON.parse(json);
  return WEBHOOK_EVENTS.filter((event) => Array.isArray(names) && names.includes(event));
}
