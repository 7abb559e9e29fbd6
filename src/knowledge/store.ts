import { type Selectable, sql } from 'kysely';
import type { Database, DocumentsTable, Statement } from '../db/index.ts';
import type { Chunk, DocumentStatus, DocumentSummary } from './types.ts';

/** Chunks that one batch stores or deletes: few enough that other writers do not notice. */
export const BATCH_CHUNKS = 64;
/** A part of a document's text. */
export const TEXT_PART_CHARS = 64 * 1024;

type DocumentRow = Selectable<DocumentsTable>;

/** One indexing of one document. Whatever it writes is refused once the document is deleted or indexed anew. */
export interface Attempt {
  readonly accountId: string;
  readonly agentId: string;
  readonly documentId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly attempt: number;
}

export interface NewDocumentRow {
  readonly id: string;
  readonly accountId: string;
  readonly agentId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly now: number;
}

const SUMMARY_COLUMNS = [
  'id',
  'agent_id',
  'name',
  'media_type',
  'size_bytes',
  'status',
  'error',
  'text_length',
  'chunk_count',
  'created_at',
  'updated_at',
] as const;

/** The SQL of documents, their texts and chunks. */
export function createDocumentStore(db: Database) {
  const { build } = db;

  const insertChunk = db.prepare<{
    document_id: string;
    account_id: string;
    agent_id: string;
    position: number;
    heading: string;
    start_offset: number;
    end_offset: number;
    text: string;
  }>((queries, param) =>
    queries.insertInto('chunks').values({
      document_id: param('document_id'),
      account_id: param('account_id'),
      agent_id: param('agent_id'),
      position: param('position'),
      heading: param('heading'),
      start_offset: param('start_offset'),
      end_offset: param('end_offset'),
      text: param('text'),
    }),
  );

  const visible = (accountId: string) =>
    build.selectFrom('documents').where('account_id', '=', accountId).where('status', '<>', 'deleting');

  const interrupted = (attempt: Attempt) =>
    build
      .updateTable('documents')
      .where('account_id', '=', attempt.accountId)
      .where('id', '=', attempt.documentId)
      .where('status', '=', 'indexing')
      .where('attempt', '=', attempt.attempt);

  return {
    /** Throws DatabaseConflict when the agent has the same bytes under the same name. */
    async insert(row: NewDocumentRow): Promise<void> {
      const query = build.insertInto('documents').values({
        id: row.id,
        account_id: row.accountId,
        agent_id: row.agentId,
        name: row.name,
        media_type: row.mediaType,
        size_bytes: row.sizeBytes,
        sha256: row.sha256,
        status: 'queued',
        error: null,
        attempt: 0,
        text_length: 0,
        chunk_count: 0,
        created_at: row.now,
        updated_at: row.now,
      });
      await db.write([db.statement(query)]);
    },

    async find(accountId: string, documentId: string): Promise<DocumentSummary | undefined> {
      const row = await db.first(visible(accountId).where('id', '=', documentId).select(SUMMARY_COLUMNS));
      return row && toSummary(row);
    },

    async findSame(
      accountId: string,
      agentId: string,
      sha256: string,
      name: string,
    ): Promise<DocumentSummary | undefined> {
      const row = await db.first(
        visible(accountId)
          .where('agent_id', '=', agentId)
          .where('sha256', '=', sha256)
          .where('name', '=', name)
          .select(SUMMARY_COLUMNS),
      );
      return row && toSummary(row);
    },

    async findReadyByName(
      accountId: string,
      agentId: string,
      name: string,
    ): Promise<DocumentSummary | undefined> {
      const row = await db.first(
        visible(accountId)
          .where('agent_id', '=', agentId)
          .where('status', '=', 'ready')
          .where(sql<boolean>`lower(name) = lower(${name})`)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(1)
          .select(SUMMARY_COLUMNS),
      );
      return row && toSummary(row);
    },

    async hasReady(accountId: string, agentId: string): Promise<boolean> {
      const query = visible(accountId).where('agent_id', '=', agentId).where('status', '=', 'ready');
      return (await db.first(query.select('id').limit(1))) !== undefined;
    },

    async list(accountId: string, agentId: string, page: number, limit: number) {
      const ofAgent = visible(accountId).where('agent_id', '=', agentId);
      const [rows, counted] = await Promise.all([
        db.all(
          ofAgent
            .select(SUMMARY_COLUMNS)
            .orderBy('created_at', 'desc')
            .orderBy('id', 'desc')
            .limit(limit)
            .offset((page - 1) * limit),
        ),
        db.first(ofAgent.select((expression) => expression.fn.countAll<number>().as('total'))),
      ]);
      return { documents: rows.map(toSummary), total: counted?.total ?? 0 };
    },

    async idsOfAgent(accountId: string, agentId: string): Promise<string[]> {
      const rows = await db.all(
        build
          .selectFrom('documents')
          .where('account_id', '=', accountId)
          .where('agent_id', '=', agentId)
          .select('id'),
      );
      return rows.map(({ id }) => id);
    },

    async chunksOf(accountId: string, documentId: string): Promise<Chunk[]> {
      return db.scan(
        build
          .selectFrom('chunks')
          .where('account_id', '=', accountId)
          .where('document_id', '=', documentId)
          .orderBy('position')
          .select(['position', 'heading', 'start_offset as start', 'end_offset as end', 'text']),
      );
    },

    /** The parts of the text that hold any of the characters from `from` to `to`. */
    async textParts(accountId: string, documentId: string, from: number, to: number) {
      return db.all(
        build
          .selectFrom('document_texts')
          .where('account_id', '=', accountId)
          .where('document_id', '=', documentId)
          .where('start_offset', '>', from - TEXT_PART_CHARS)
          .where('start_offset', '<', to)
          .orderBy('start_offset')
          .select(['start_offset', 'text']),
      );
    },

    /** False when the document is not there, or has not failed. */
    async requeue(accountId: string, documentId: string, now: number): Promise<boolean> {
      const query = build
        .updateTable('documents')
        .set({ status: 'queued', error: null, updated_at: now })
        .where('account_id', '=', accountId)
        .where('id', '=', documentId)
        .where('status', '=', 'failed');
      return (await db.write([db.statement(query, 'failed')])).ok;
    },

    /**
     * Takes a queued document to be indexed, accounts in turn, so that nobody waits for another's thousand files.
     * The only query that is of no one account.
     */
    async claimNext(afterAccountId: string, now: number): Promise<Attempt | undefined> {
      const queued = build
        .selectFrom('documents')
        // A literal: a partial index is not used for a parameter.
        .where(sql<boolean>`status = 'queued'`)
        .orderBy('account_id')
        .orderBy('created_at')
        .limit(1)
        .select(['id', 'account_id', 'agent_id', 'name', 'media_type', 'attempt']);
      const row =
        (await db.first(queued.where('account_id', '>', afterAccountId))) ?? (await db.first(queued));
      if (!row) return undefined;
      const attempt = row.attempt + 1;
      const claim = build
        .updateTable('documents')
        .set({ status: 'indexing', attempt, updated_at: now })
        .where('account_id', '=', row.account_id)
        .where('id', '=', row.id)
        .where('status', '=', 'queued')
        .where('attempt', '=', row.attempt);
      // Refused: deleted meanwhile. Then another is next.
      if (!(await db.write([db.statement(claim, 'queued')])).ok) return this.claimNext(afterAccountId, now);
      return {
        accountId: row.account_id,
        agentId: row.agent_id,
        documentId: row.id,
        name: row.name,
        mediaType: row.media_type,
        attempt,
      };
    },

    /** A statement that lets its batch through only while this attempt is the document's present one. */
    stillIndexing(attempt: Attempt, now: number): Statement {
      return db.statement(interrupted(attempt).set({ updated_at: now }), 'indexing');
    },

    insertChunk(attempt: Attempt, chunk: Chunk): Statement {
      return insertChunk({
        document_id: attempt.documentId,
        account_id: attempt.accountId,
        agent_id: attempt.agentId,
        position: chunk.position,
        heading: chunk.heading,
        start_offset: chunk.start,
        end_offset: chunk.end,
        text: chunk.text,
      });
    },

    insertTextPart(attempt: Attempt, start: number, text: string): Statement {
      return db.statement(
        build.insertInto('document_texts').values({
          document_id: attempt.documentId,
          account_id: attempt.accountId,
          start_offset: start,
          text,
        }),
      );
    },

    markReady(attempt: Attempt, size: { textLength: number; chunkCount: number }, now: number): Statement {
      return db.statement(
        interrupted(attempt).set({
          status: 'ready',
          error: null,
          text_length: size.textLength,
          chunk_count: size.chunkCount,
          updated_at: now,
        }),
        'indexing',
      );
    },

    /** To `failed` with a reason, or back to `queued`. The document's chunks must be gone. */
    async give(
      attempt: Attempt,
      up: { status: 'failed'; error: string } | { status: 'queued' },
      now: number,
    ) {
      const error = up.status === 'failed' ? up.error : null;
      const query = interrupted(attempt).set({ status: up.status, error, updated_at: now });
      await db.write([db.statement(query)]);
    },

    /** From then on nobody sees the documents. Returns how many there were. */
    async markDeleting(
      accountId: string,
      which: { documentId: string } | { agentId: string },
      now: number,
    ): Promise<number> {
      const all = build
        .updateTable('documents')
        .set({ status: 'deleting', updated_at: now })
        .where('account_id', '=', accountId)
        .where('status', '<>', 'deleting');
      const query =
        'documentId' in which
          ? all.where('id', '=', which.documentId)
          : all.where('agent_id', '=', which.agentId);
      const result = await db.write([db.statement(query)]);
      return result.ok ? (result.changes[0] ?? 0) : 0;
    },

    /** Deletes the text and chunks of a document, in small batches. Nothing may add to it at the time. */
    async purgeContent(accountId: string, documentId: string): Promise<void> {
      const someChunks = build
        .selectFrom('chunks')
        .where('account_id', '=', accountId)
        .where('document_id', '=', documentId)
        .orderBy('position')
        .limit(BATCH_CHUNKS)
        .select('id');
      const purge = db.statement(
        build.deleteFrom('chunks').where('account_id', '=', accountId).where('id', 'in', someChunks),
      );
      for (;;) {
        const result = await db.write([purge], { ack: 'applied' });
        if (!result.ok || (result.changes[0] ?? 0) < BATCH_CHUNKS) break;
      }
      await db.write([
        db.statement(
          build
            .deleteFrom('document_texts')
            .where('account_id', '=', accountId)
            .where('document_id', '=', documentId),
        ),
      ]);
    },

    async remove(accountId: string, documentId: string): Promise<void> {
      const query = build
        .deleteFrom('documents')
        .where('account_id', '=', accountId)
        .where('id', '=', documentId)
        .where('status', '=', 'deleting');
      await db.write([db.statement(query)]);
    },

    /** Documents in which a stop of the process came between; of all accounts. */
    async interrupted(): Promise<(Attempt & { status: 'indexing' | 'deleting' })[]> {
      const rows = await db.all(
        build
          .selectFrom('documents')
          .where(sql<boolean>`status IN ('indexing', 'deleting')`)
          .select(['id', 'account_id', 'agent_id', 'name', 'media_type', 'attempt', 'status']),
      );
      return rows.map((row) => ({
        accountId: row.account_id,
        agentId: row.agent_id,
        documentId: row.id,
        name: row.name,
        mediaType: row.media_type,
        attempt: row.attempt,
        status: row.status === 'deleting' ? 'deleting' : 'indexing',
      }));
    },

    /** Of these ids, those that are documents of any account. */
    async known(ids: readonly string[]): Promise<Set<string>> {
      const rows = await db.all(build.selectFrom('documents').where('id', 'in', ids).select('id'));
      return new Set(rows.map(({ id }) => id));
    },
  };
}

export type DocumentStore = ReturnType<typeof createDocumentStore>;

function toSummary(row: Pick<DocumentRow, (typeof SUMMARY_COLUMNS)[number]>): DocumentSummary {
  return {
    id: row.id,
    agentId: row.agent_id,
    name: row.name,
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    status: toStatus(row.status),
    error: row.error,
    textLength: row.text_length,
    chunkCount: row.chunk_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toStatus(status: string): DocumentStatus {
  if (status === 'queued' || status === 'indexing' || status === 'ready' || status === 'failed')
    return status;
  throw new Error(`A stored document has the status '${status}'`);
}
