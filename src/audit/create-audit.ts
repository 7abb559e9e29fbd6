import { type SqlBool, sql } from 'kysely';
import type { AuditLogTable, Database, Statement } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { isJsonObject } from '../lib/json.ts';
import { type Page, type PageRequest, pageOffset } from '../lib/page.ts';
import { type AuditCheckpoint, toCheckpoint } from './chain/checkpoint.ts';
import type { AuditChain } from './chain/create-chain.ts';
import {
  AUDIT_ACTIONS,
  type AuditEntry,
  type AuditFilter,
  type AuditObject,
  type AuditRecord,
} from './types.ts';

export interface Audit {
  /**
   * A line of the log, to be put into the batch of what it tells of: one is never written without the other. The
   * database refuses to change or delete it.
   */
  record(record: AuditRecord): Statement;
  /** Newest first. */
  list(accountId: string, filter: AuditFilter, request: PageRequest): Promise<Page<AuditEntry>>;
  /** What stands for the lines that are past their time; undefined while there are none. */
  checkpoint(accountId: string, from?: Pick<Database, 'scan'>): Promise<AuditCheckpoint | undefined>;
  /**
   * All lines, newest first, a bounded number at a time; lines that come in meanwhile are not among them. `from`: as they
   * were at the moment of a snapshot.
   */
  export(accountId: string, filter: AuditFilter, from?: Pick<Database, 'scan'>): AsyncGenerator<AuditEntry[]>;
}

/** What other rooms need of the log. */
export type AuditRecorder = Pick<Audit, 'record'>;

const EXPORT_ROWS = 1_000;

export function createAudit({
  db,
  clock,
  ids,
  chain,
}: {
  db: Database;
  clock: Clock;
  ids: Ids;
  chain?: Pick<AuditChain, 'wake'>;
}): Audit {
  const insert = db.prepare<{ [Key in keyof AuditLogTable]: AuditLogTable[Key] }>((queries, param) =>
    queries.insertInto('audit_log').values({
      id: param('id'),
      account_id: param('account_id'),
      at: param('at'),
      action: param('action'),
      actor_kind: param('actor_kind'),
      actor_id: param('actor_id'),
      actor_name: param('actor_name'),
      session_id: param('session_id'),
      ip: param('ip'),
      request_id: param('request_id'),
      object_type: param('object_type'),
      object_id: param('object_id'),
      details: param('details'),
    }),
  );

  const matching = (accountId: string, { from, to, action, actorId, objectId }: AuditFilter) => {
    let query = db.build.selectFrom('audit_log').where('audit_log.account_id', '=', accountId);
    if (from !== undefined) query = query.where('at', '>=', from);
    if (to !== undefined) query = query.where('at', '<', to);
    if (action !== undefined) query = query.where('action', '=', action);
    if (actorId !== undefined) query = query.where('actor_id', '=', actorId);
    if (objectId !== undefined) query = query.where('object_id', '=', objectId);
    return query;
  };
  const newestFirst = (accountId: string, filter: AuditFilter) =>
    matching(accountId, filter)
      .leftJoin('audit_chain', 'audit_chain.entry_id', 'audit_log.id')
      .selectAll('audit_log')
      .select(['audit_chain.seq', 'audit_chain.hash'])
      .orderBy('at', 'desc')
      .orderBy('id', 'desc');

  return {
    record: ({ accountId, action, by, object, details = {} }) => {
      chain?.wake();
      return insert({
        id: ids.next('audit_'),
        account_id: accountId,
        at: clock.now(),
        action,
        actor_kind: by.kind,
        actor_id: by.id,
        actor_name: by.name,
        session_id: by.sessionId ?? null,
        ip: by.ip ?? null,
        request_id: by.requestId ?? null,
        object_type: object?.type ?? null,
        object_id: object?.id ?? null,
        details: JSON.stringify(details),
      });
    },

    async list(accountId, filter, request) {
      const [rows, counted] = await Promise.all([
        db.scan(newestFirst(accountId, filter).limit(request.limit).offset(pageOffset(request))),
        db.scan(matching(accountId, filter).select((eb) => eb.fn.countAll<number>().as('total'))),
      ]);
      return { items: rows.map(toEntry), total: Number(counted[0]?.total ?? 0), page: request.page };
    },

    async checkpoint(accountId, from) {
      const rows = db.build.selectFrom('audit_checkpoints').selectAll();
      const query = rows.where('account_id', '=', accountId);
      const row = from ? (await from.scan(query))[0] : await db.first(query);
      return row && toCheckpoint(row);
    },

    async *export(accountId, filter, from = db) {
      let last: ChainedRow | undefined;
      for (;;) {
        const rows: ChainedRow[] = await from.scan(
          newestFirst(accountId, filter)
            .$if(last !== undefined, (query) =>
              query.where(sql<SqlBool>`(at, id) < (${last?.at}, ${last?.id})`),
            )
            .limit(EXPORT_ROWS),
        );
        if (rows.length > 0) yield rows.map(toEntry);
        if (rows.length < EXPORT_ROWS) return;
        last = rows.at(-1);
      }
    },
  };
}

interface ChainedRow extends AuditLogTable {
  readonly seq: number | null;
  readonly hash: string | null;
}

function toEntry(row: ChainedRow): AuditEntry {
  const action = AUDIT_ACTIONS.find((known) => known === row.action);
  if (action === undefined) throw new Error(`The audit log has an unknown action '${row.action}'`);
  const details: unknown = JSON.parse(row.details);
  return {
    id: row.id,
    accountId: row.account_id,
    at: row.at,
    action,
    by: {
      kind: row.actor_kind === 'user' ? 'user' : 'system',
      id: row.actor_id,
      name: row.actor_name,
      sessionId: row.session_id ?? undefined,
      ip: row.ip ?? undefined,
      requestId: row.request_id ?? undefined,
    },
    ...(row.object_id !== null && { object: toObject(row.object_type, row.object_id) }),
    details: isJsonObject(details) ? details : {},
    ...(row.seq !== null && row.hash !== null && { chain: { seq: row.seq, hash: row.hash } }),
  };
}

const OBJECTS: readonly AuditObject['type'][] = [
  'user',
  'key',
  'account',
  'session',
  'provider',
  'model',
  'tool',
  'mcp_server',
  'webhook',
];

function toObject(type: string | null, id: string): AuditObject {
  const known = OBJECTS.find((candidate) => candidate === type);
  if (known === undefined) throw new Error(`The audit log has an unknown object '${type}'`);
  return { type: known, id };
}
