import { isUnavailable } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { UnreadableDocument } from './extract/extraction.ts';
import { giveUpAttempt } from './give-up-attempt.ts';
import { type IndexingParts, indexDocument } from './index-document.ts';
import type { Attempt } from './indexing-writes.ts';

/** How long `close` waits for the document in hand. */
const CLOSE_GRACE_MS = 5_000;
/** When it tries again after the database refused. */
const RETRY_MS = 5_000;

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
  /** Other waits than the usual ones, for tests. */
  readonly waits?: { readonly closeGraceMs?: number; readonly retryMs?: number };
}

export function createIndexingLane(
  parts: IndexingLaneParts,
  onSettled: (documentId: string) => void,
): IndexingLane {
  const { store, clock, logger, maxBytes } = parts;
  const { closeGraceMs = CLOSE_GRACE_MS, retryMs = RETRY_MS } = parts.waits ?? {};
  let closed = false;
  let woken = false;
  let loop: Promise<void> | undefined;
  let current: { documentId: string; abort: AbortController; done: Promise<void> } | undefined;
  /** What the database could not yet be told. */
  let unsettled: { readonly attempt: Attempt; readonly error: unknown } | undefined;
  let retry: NodeJS.Timeout | undefined;
  let lastAccountId = '';

  const giveUp = async (attempt: Attempt, error: unknown): Promise<void> => {
    const { documentId } = attempt;
    const isBlameless = error instanceof Aborted || isUnavailable(error);
    const isUnreadable = error instanceof UnreadableDocument;
    const fault = isUnreadable ? error.message : 'Muster could not index the file. Try again.';
    const reason = isBlameless ? undefined : fault;
    const outcome = await giveUpAttempt(store, attempt, reason, clock.now());
    if (isBlameless || outcome === 'left') return;
    const event = `document.${outcome}`;
    if (isUnreadable) logger.info({ documentId, reason, cause: String(error.cause ?? '') }, event);
    else logger.error({ documentId, err: error }, event);
  };

  const settle = async (): Promise<void> => {
    if (!unsettled) return;
    const { attempt, error } = unsettled;
    await giveUp(attempt, error);
    unsettled = undefined;
    onSettled(attempt.documentId);
  };

  const run = async (attempt: Attempt, signal: AbortSignal): Promise<void> => {
    const startedAt = clock.now();
    const { documentId } = attempt;
    try {
      const stored = await indexDocument(parts, attempt, signal);
      if (stored) logger.debug({ documentId, durationMs: clock.now() - startedAt }, 'document.indexed');
      onSettled(documentId);
    } catch (error) {
      unsettled = { attempt, error };
      await settle();
      // It waits again: to take it at once would be to try without a pause.
      if (isUnavailable(error)) throw error;
    }
  };

  const work = async (): Promise<void> => {
    await settle();
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

  const wake = (): void => {
    woken = true;
    if (closed || loop) return;
    clearTimeout(retry);
    loop = work()
      // The database refuses: the documents stay as they are until it is tried again.
      .catch((error: unknown) => {
        logger.error({ err: error }, 'knowledge.indexing-stopped');
        if (!closed) retry = setTimeout(wake, retryMs).unref();
      })
      .finally(() => {
        loop = undefined;
      });
  };

  return {
    wake,

    async abandon(documentId) {
      if (current?.documentId !== documentId) return;
      current.abort.abort(new Aborted());
      await current.done.catch(() => undefined);
    },

    async close() {
      closed = true;
      clearTimeout(retry);
      const grace = setTimeout(() => current?.abort.abort(new Aborted()), closeGraceMs);
      await loop;
      clearTimeout(grace);
      await parts.extractor.close();
    },
  };
}

/** Indexing was stopped by us, through no fault of the document. */
class Aborted extends Error {}
