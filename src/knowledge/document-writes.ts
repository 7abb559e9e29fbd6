import { sql } from 'kysely';
import type { Database } from '../db/index.ts';
import { purgeContent } from './purge-content.ts';

export interface NewDocumentRow {
  readonly id: string;
  readonly accountId: string;
  readonly agentId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sourceUrl: string | null;
  readonly now: number;
}

/** How documents come, and how they go. */
export function createDocumentWrites(db: Database) {
  const { build } = db;

  const requeueFailed = (accountId: string, now: number) =>
    build
      .updateTable('documents')
      .set({ status: 'queued', error: null, updated_at: now })
      .set('size_bytes', sql<number>`CASE WHEN source_url IS NULL THEN size_bytes ELSE 0 END`)
      .where('account_id', '=', accountId)
      .where('status', '=', 'failed');

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
        source_url: row.sourceUrl,
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

    /** False when the document is not there, or has not failed. One from an address is fetched anew. */
    async requeue(accountId: string, documentId: string, now: number): Promise<boolean> {
      const query = requeueFailed(accountId, now).where('id', '=', documentId);
      return (await db.write([db.statement(query, 'failed')])).ok;
    },

    /** Has what is ready read again, and tries again what failed. Returns how many documents that are. */
    async reread(
      accountId: string,
      which: { documentId: string } | { agentId: string },
      now: number,
    ): Promise<number> {
      const ready = build
        .updateTable('documents')
        .set({ reread: 1, updated_at: now })
        .where('account_id', '=', accountId)
        .where('status', '=', 'ready');
      const failed = requeueFailed(accountId, now);
      const queries =
        'documentId' in which
          ? [ready.where('id', '=', which.documentId), failed.where('id', '=', which.documentId)]
          : [ready.where('agent_id', '=', which.agentId), failed.where('agent_id', '=', which.agentId)];
      const result = await db.write(queries.map((query) => db.statement(query)));
      return result.ok ? result.changes.reduce((sum, count) => sum + count, 0) : 0;
    },

    /** From then on nobody sees the documents. Returns how many there were. */
    async markDeleting(
      accountId: string,
      which: { documentId: string } | { agentId: string } | 'all',
      now: number,
    ): Promise<number> {
      const all = build
        .updateTable('documents')
        .set({ status: 'deleting', updated_at: now })
        .where('account_id', '=', accountId)
        .where('status', '<>', 'deleting');
      const query =
        which === 'all'
          ? all
          : 'documentId' in which
            ? all.where('id', '=', which.documentId)
            : all.where('agent_id', '=', which.agentId);
      const result = await db.write([db.statement(query)]);
      return result.ok ? (result.changes[0] ?? 0) : 0;
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

    async idsOfAccount(accountId: string): Promise<string[]> {
      const rows = await db.all(
        build.selectFrom('documents').where('account_id', '=', accountId).select('id'),
      );
      return rows.map(({ id }) => id);
    },

    /** Deletes the text and chunks of a document that is being deleted. Nothing may add to it at the time. */
    async purgeContent(accountId: string, documentId: string): Promise<void> {
      await purgeContent(db, accountId, documentId);
    },

    async remove(accountId: string, documentId: string): Promise<void> {
      const query = build
        .deleteFrom('documents')
        .where('account_id', '=', accountId)
        .where('id', '=', documentId)
        .where('status', '=', 'deleting');
      await db.write([db.statement(query)]);
    },

    /** Of these ids, those that are documents of any account. */
    async known(ids: readonly string[]): Promise<Set<string>> {
      const rows = await db.all(build.selectFrom('documents').where('id', 'in', ids).select('id'));
      return new Set(rows.map(({ id }) => id));
    },
  };
}
