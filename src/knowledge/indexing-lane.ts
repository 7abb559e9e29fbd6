import type { Logger } from '../lib/logger.ts';
import { UnreadableDocument } from './extract/extraction.ts';
import { type IndexingParts, indexDocument } from './index-document.ts';
import type { Attempt } from './indexing-writes.ts';

/** How long `close` waits for the document in hand. */
const CLOSE_GRACE_MS = 5_000;

/** Indexes queued documents one after the other. */
export interface IndexingLane {
  /** There may be something to do. */
  wake(): void;
  /** Stops work on a document that is being deleted; resolves once nothing more is written for it. */
  abandon(documentId: string): Promise<void>;
  close(): Promise<void>;
}

export interface IndexingLaneParts extends IndexingParts {
  /** Larger files are left to another lane. */
  readonly maxBytes: number;
  readonly logger: Logger;
}

export function createIndexingLane(
  parts: IndexingLaneParts,
  onSettled: (documentId: string) => void,
): IndexingLane {
  const { store, clock, logger, maxBytes } = parts;
  let closed = false;
  let woken = false;
  let loop: Promise<void> | undefined;
  let current: { documentId: string; abort: AbortController; done: Promise<void> } | undefined;
  let lastAccountId = '';

  const giveUp = async (attempt: Attempt, error: unknown): Promise<void> => {
    const { accountId, documentId } = attempt;
    const isUnreadable = error instanceof UnreadableDocument;
    if (isUnreadable && attempt.isReread) {
      logger.info({ documentId, reason: error.message }, 'document.kept');
      const reason = `It could not be read again, its earlier text is kept. ${error.message}`;
      return store.keep(attempt, reason, clock.now());
    }
    await store.purgeContent(accountId, documentId);
    if (error instanceof Aborted) return store.give(attempt, { status: 'queued' }, clock.now());
    const reason = isUnreadable ? error.message : 'Muster could not index the file. Try again.';
    if (isUnreadable)
      logger.info({ documentId, reason, cause: String(error.cause ?? '') }, 'document.failed');
    else logger.error({ documentId, err: error }, 'document.failed');
    await store.give(attempt, { status: 'failed', error: reason }, clock.now());
  };

  const run = async (attempt: Attempt, signal: AbortSignal): Promise<void> => {
    const startedAt = clock.now();
    try {
      const stored = await indexDocument(parts, attempt, signal);
      const { documentId } = attempt;
      if (stored) logger.debug({ documentId, durationMs: clock.now() - startedAt }, 'document.indexed');
    } catch (error) {
      await giveUp(attempt, error);
    }
    onSettled(attempt.documentId);
  };

  const work = async (): Promise<void> => {
    while (!closed) {
      woken = false;
      const attempt = await store.claimNext(lastAccountId, maxBytes, clock.now());
      if (!attempt) {
        if (woken) continue;
        return;
      }
      lastAccountId = attempt.accountId;
      const abort = new AbortController();
      const done = run(attempt, abort.signal);
      current = { documentId: attempt.documentId, abort, done };
      try {
        await done;
      } finally {
        current = undefined;
      }
    }
  };

  return {
    wake() {
      woken = true;
      if (closed) return;
      loop ??= work()
        // The database refuses: the documents stay as they are until the next wake or start.
        .catch((error: unknown) => logger.error({ err: error }, 'knowledge.indexing-stopped'))
        .finally(() => {
          loop = undefined;
        });
    },

    async abandon(documentId) {
      if (current?.documentId !== documentId) return;
      current.abort.abort(new Aborted());
      await current.done.catch(() => undefined);
    },

    async close() {
      closed = true;
      const grace = setTimeout(() => current?.abort.abort(new Aborted()), CLOSE_GRACE_MS);
      await loop;
      clearTimeout(grace);
      await parts.extractor.close();
    },
  };
}

/** Indexing was stopped by us, through no fault of the document. */
class Aborted extends Error {}
