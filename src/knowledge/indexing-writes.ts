import { type RawBuilder, sql } from 'kysely';
import { type Database, isOrphan, type Owner, type Statement } from '../db/index.ts';
import { purgeContent } from './purge-content.ts';
import type { Chunk } from './types.ts';

/** A deletion that has not come to its end by then has been left by its process. */
const DELETION_MS = 60_000;

/** One indexing of one document. Whatever it writes is refused once the document is deleted or indexed anew. */
export interface Attempt {
  readonly accountId: string;
  readonly agentId: string;
  readonly documentId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly attempt: number;
  /** It has been read before: its text stays until there is another (see `purgeAttempt`). */
  readonly isReread: boolean;
}

/** What a lane takes. A document that is to be fetched from its address has no bytes yet. */
interface Wanted {
  readonly waits: RawBuilder<boolean>;
  readonly minBytes: number;
  readonly maxBytes: number;
}
// Literals: a partial index is not used for a parameter.
const QUEUED = sql<boolean>`status = 'queued'`;
const TO_REREAD = sql<boolean>`reread = 1 AND status = 'ready'`;
const UNFETCHED: Wanted = { waits: QUEUED, minBytes: 0, maxBytes: 0 };

/** What an indexing stores, from claiming its document to giving it up or making it ready. */
export function createIndexingWrites(db: Database, owner: Owner) {
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

  const present = (attempt: Attempt) =>
    build
      .updateTable('documents')
      .where('account_id', '=', attempt.accountId)
      .where('id', '=', attempt.documentId)
      .where('status', '=', 'indexing')
      .where('attempt', '=', attempt.attempt);

  const attempts = build
    .selectFrom('documents')
    .select([
      'id as documentId',
      'account_id as accountId',
      'agent_id as agentId',
      'name',
      'media_type as mediaType',
      'attempt',
      'reread',
      'status',
      'source_url as sourceUrl',
    ]);

  const first = async ({ waits, minBytes, maxBytes }: Wanted, afterAccountId: string) => {
    const waiting = attempts
      .where(waits)
      .where('size_bytes', '>=', minBytes)
      .where('size_bytes', '<=', maxBytes)
      .orderBy('account_id')
      .orderBy('created_at')
      .limit(1);
    return (await db.first(waiting.where('account_id', '>', afterAccountId))) ?? db.first(waiting);
  };

  /**
   * Takes a waiting document, accounts in turn, so that nobody waits for another's thousand files. The only query that is
   * of no one account.
   */
  const claim = async (wanted: Wanted, afterAccountId: string, now: number) => {
    for (;;) {
      const next = await first(wanted, afterAccountId);
      if (!next) return undefined;
      const attempt = next.attempt + 1;
      const isReread = next.status === 'ready';
      const taken = build
        .updateTable('documents')
        .set({ status: 'indexing', attempt, reread: isReread ? 1 : 0, owner: owner.id, updated_at: now })
        .where('account_id', '=', next.accountId)
        .where('id', '=', next.documentId)
        .where('status', '=', next.status)
        .where('attempt', '=', next.attempt);
      // Refused: deleted meanwhile, or taken by another. Then another is next.
      if ((await db.write([db.statement(taken, next.status)])).ok) return { ...next, attempt, isReread };
    }
  };

  return {
    /** Takes a document whose file is there, and not larger than `maxBytes`, to be indexed; those that are read again last. */
    async claimNext(afterAccountId: string, maxBytes: number, now: number): Promise<Attempt | undefined> {
      const sizes = { minBytes: 1, maxBytes };
      return (
        (await claim({ waits: QUEUED, ...sizes }, afterAccountId, now)) ??
        claim({ waits: TO_REREAD, ...sizes }, afterAccountId, now)
      );
    },

    /** Takes a document that is to be fetched. */
    async claimNextDownload(
      afterAccountId: string,
      now: number,
    ): Promise<(Attempt & { readonly sourceUrl: string }) | undefined> {
      const next = await claim(UNFETCHED, afterAccountId, now);
      // Only documents from an address have no size.
      return next && { ...next, sourceUrl: next.sourceUrl ?? '' };
    },

    /** Its file is there: it goes back to the queue, to be indexed. */
    async markFetched(
      attempt: Attempt,
      { mediaType, sizeBytes }: { readonly mediaType: string; readonly sizeBytes: number },
      now: number,
    ): Promise<void> {
      const fetched = { status: 'queued', media_type: mediaType, size_bytes: sizeBytes, updated_at: now };
      await db.write([db.statement(present(attempt).set(fetched))]);
    },

    /** A statement that lets its batch through only while this attempt is the document's present one. */
    stillIndexing(attempt: Attempt, now: number): Statement {
      return db.statement(present(attempt).set({ updated_at: now }), 'indexing');
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
        present(attempt).set({
          status: 'ready',
          error: null,
          text_length: size.textLength,
          chunk_count: size.chunkCount,
          updated_at: now,
        }),
        'indexing',
      );
    },

    /**
     * Deletes what is stored of the document, its earlier text too: from the first batch on it is no longer one to be read
     * again. False when the attempt is not the present one any more, as another's work must stay.
     */
    async purgeAttempt(attempt: Attempt, now: number): Promise<boolean> {
      const guard = db.statement(present(attempt).set({ reread: 0, updated_at: now }), 'indexing');
      return purgeContent(db, attempt.accountId, attempt.documentId, guard);
    },

    /** To `failed` with a reason, or back to `queued`. The document's chunks must be gone. */
    async give(
      attempt: Attempt,
      up: { status: 'failed'; error: string } | { status: 'queued' },
      now: number,
    ) {
      const error = up.status === 'failed' ? up.error : null;
      const query = present(attempt).set({ status: up.status, error, updated_at: now });
      await db.write([db.statement(query)]);
    },

    /**
     * Leaves a document that was to be read again as it was: with the reason why it could not be, or without one to wait
     * again. False when its earlier text is purged already, or the attempt is not the present one any more.
     */
    async keep(attempt: Attempt, reason: string | undefined, now: number): Promise<boolean> {
      const why = reason === undefined ? {} : { error: reason, reread: 0 };
      const query = present(attempt)
        .where('reread', '=', 1)
        .set({ status: 'ready', ...why, updated_at: now });
      return (await db.write([db.statement(query, 'reread')])).ok;
    },

    /** Ends the attempt of a process that is gone, in case it is not: what that one still writes is refused from then on. */
    async takeOver(attempt: Attempt, now: number): Promise<Attempt | undefined> {
      const taken = { ...attempt, attempt: attempt.attempt + 1 };
      // Its owner stays: whoever takes over may go, too.
      const query = present(attempt).set({ attempt: taken.attempt, updated_at: now });
      return (await db.write([db.statement(query, 'indexing')])).ok ? taken : undefined;
    },

    /** Documents in which a stop of their process came between; of all accounts. */
    async interrupted(now: number): Promise<(Attempt & { readonly status: string })[]> {
      const query = attempts.where(sql<boolean>`status IN ('indexing', 'deleting')`);
      const orphaned = query.where((eb) =>
        eb.or([
          eb.and([eb('status', '=', 'indexing'), isOrphan('documents.owner')]),
          eb.and([eb('status', '=', 'deleting'), eb('updated_at', '<', now - DELETION_MS)]),
        ]),
      );
      const found = await db.all(owner.isAlone ? query : orphaned);
      return found.map((attempt) => ({ ...attempt, isReread: attempt.reread === 1 }));
    },
  };
}
