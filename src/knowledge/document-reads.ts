import { type Selectable, sql } from 'kysely';
import { cacheUntilChanged, type Database, type DocumentsTable } from '../db/index.ts';
import { TEXT_PART_CHARS } from './limits.ts';
import type { Chunk, DocumentStatus, DocumentSummary } from './types.ts';

const SUMMARY_COLUMNS = [
  'id',
  'agent_id',
  'name',
  'media_type',
  'size_bytes',
  'source_url',
  'status',
  'error',
  'reread',
  'text_length',
  'chunk_count',
  'created_at',
  'updated_at',
] as const;

/** What is known of documents. Those that are being deleted are not there. */
export function createDocumentReads(db: Database) {
  const { build } = db;

  const visible = (accountId: string) =>
    build.selectFrom('documents').where('account_id', '=', accountId).where('status', '<>', 'deleting');

  return {
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

    /** Asked with every call of an agent. */
    hasReady: cacheUntilChanged(db, 'documents', async (accountId, agentId): Promise<boolean> => {
      const query = visible(accountId).where('agent_id', '=', agentId).where('status', '=', 'ready');
      return (await db.first(query.select('id').limit(1))) !== undefined;
    }),

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
  };
}

function toSummary(row: Pick<Selectable<DocumentsTable>, (typeof SUMMARY_COLUMNS)[number]>): DocumentSummary {
  return {
    id: row.id,
    agentId: row.agent_id,
    name: row.name,
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    sourceUrl: row.source_url,
    status: toStatus(row.status),
    error: row.error,
    awaitsReread: row.status === 'ready' && row.reread === 1,
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
