import { isSandboxAccount } from '../accounts/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Logger } from '../lib/logger.ts';
import { downloadDocument } from './download-document.ts';
import { UnreadableDocument } from './extract/extraction.ts';
import type { Attempt } from './indexing-writes.ts';
import type { DocumentStore } from './store.ts';
import type { UploadFiles } from './upload-files.ts';

/** Slow sites must not keep the others waiting for long. */
const AT_ONCE = 4;

/** Fetches documents that were added by their address. The queue itself is the documents' rows, as for indexing. */
export interface DownloadQueue {
  /** There may be something to fetch. */
  wake(): void;
  /** Stops the fetching of a document that is being deleted; resolves once nothing more is written for it. */
  abandon(documentId: string): Promise<void>;
  close(): Promise<void>;
}

interface Parts {
  readonly store: DocumentStore;
  readonly files: UploadFiles;
  readonly guardedHttp: Pick<GuardedHttp, 'request'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** `onFetched`: a document waits to be indexed now; `onFailed`: it never will. */
export function createDownloadQueue(
  { store, files, guardedHttp, clock, logger }: Parts,
  {
    onFetched,
    onFailed,
  }: { readonly onFetched: () => void; readonly onFailed: (documentId: string) => void },
): DownloadQueue {
  let isClosed = false;
  let lastAccountId = '';
  let wakes = 0;
  const workers = new Set<Promise<void>>();
  const current = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();

  async function fetchOne(attempt: Attempt, url: string, signal: AbortSignal): Promise<void> {
    const { documentId, name, accountId } = attempt;
    try {
      if (isSandboxAccount(accountId)) {
        throw new UnreadableDocument('Nothing is fetched for a sandbox. Upload the file instead.');
      }
      const { bytes, mediaType } = await downloadDocument(guardedHttp, { url, name }, signal);
      await files.save(documentId, bytes);
      await store.markFetched(attempt, { mediaType, sizeBytes: bytes.length }, clock.now());
      onFetched();
    } catch (error) {
      if (signal.aborted) return store.give(attempt, { status: 'queued' }, clock.now());
      const isUnreadable = error instanceof UnreadableDocument;
      const reason = isUnreadable ? error.message : 'Muster could not fetch the document. Try again.';
      if (isUnreadable) logger.info({ documentId, reason }, 'document.failed');
      else logger.error({ documentId, err: error }, 'document.failed');
      await store.give(attempt, { status: 'failed', error: reason }, clock.now());
      onFailed(documentId);
    }
  }

  async function work(): Promise<void> {
    while (!isClosed) {
      const seen = wakes;
      const next = await store.claimNextDownload(lastAccountId, clock.now());
      if (!next) {
        if (seen !== wakes) continue;
        return;
      }
      lastAccountId = next.accountId;
      const abort = new AbortController();
      if (isClosed) abort.abort();
      const done = fetchOne(next, next.sourceUrl, abort.signal);
      current.set(next.documentId, { abort, done });
      try {
        await done;
      } finally {
        current.delete(next.documentId);
      }
    }
  }

  return {
    wake() {
      wakes += 1;
      if (isClosed || workers.size >= AT_ONCE) return;
      const worker = work()
        // The database refuses: the documents stay as they are until the next wake or start.
        .catch((error: unknown) => logger.error({ err: error }, 'knowledge.fetching-stopped'))
        .finally(() => workers.delete(worker));
      workers.add(worker);
    },

    async abandon(documentId) {
      const running = current.get(documentId);
      running?.abort.abort();
      await running?.done.catch(() => undefined);
    },

    async close() {
      isClosed = true;
      for (const { abort } of current.values()) abort.abort();
      await Promise.all(workers);
    },
  };
}
