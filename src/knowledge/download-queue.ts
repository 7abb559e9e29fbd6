import { isSandboxAccount } from '../accounts/index.ts';
import type { Clock } from '../lib/clock.ts';
import { isUnavailable } from '../lib/errors.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Logger } from '../lib/logger.ts';
import { downloadDocument } from './download-document.ts';
import { UnreadableDocument } from './extract/extraction.ts';
import type { Attempt } from './indexing-writes.ts';
import type { DocumentStore } from './store.ts';
import type { UploadFiles } from './upload-files.ts';

/** Slow sites must not keep the others waiting for long. */
const AT_ONCE = 4;
/** When it tries again after the database refused. */
const RETRY_MS = 5_000;

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
  /** Another wait than the usual one, for tests. */
  readonly retryMs?: number;
}

/** `onFetched`: a document waits to be indexed now; `onFailed`: it never will. */
export function createDownloadQueue(
  { store, files, guardedHttp, clock, logger, retryMs = RETRY_MS }: Parts,
  {
    onFetched,
    onFailed,
  }: { readonly onFetched: () => void; readonly onFailed: (documentId: string) => void },
): DownloadQueue {
  let isClosed = false;
  let lastAccountId = '';
  let wakes = 0;
  const workers = new Set<Promise<void>>();
  /** What the database could not yet be told. */
  const unsettled = new Set<() => Promise<void>>();
  let retry: NodeJS.Timeout | undefined;
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
      const isAborted = signal.aborted;
      unsettled.add(() => giveUp(attempt, error, isAborted));
      await settle();
      // It waits again: to fetch it at once would be to try without a pause.
      if (isUnavailable(error) && !isAborted) throw error;
    }
  }

  async function giveUp(attempt: Attempt, error: unknown, isAborted: boolean): Promise<void> {
    if (isAborted || isUnavailable(error)) return store.give(attempt, { status: 'queued' }, clock.now());
    const { documentId } = attempt;
    const isUnreadable = error instanceof UnreadableDocument;
    const reason = isUnreadable ? error.message : 'Muster could not fetch the document. Try again.';
    await store.give(attempt, { status: 'failed', error: reason }, clock.now());
    if (isUnreadable) logger.info({ documentId, reason }, 'document.failed');
    else logger.error({ documentId, err: error }, 'document.failed');
    onFailed(documentId);
  }

  async function settle(): Promise<void> {
    for (const tell of unsettled) {
      await tell();
      unsettled.delete(tell);
    }
  }

  async function work(): Promise<void> {
    await settle();
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

  function wake(): void {
    wakes += 1;
    if (isClosed || workers.size >= AT_ONCE) return;
    const worker = work()
      // The database refuses: the documents stay as they are until it is tried again.
      .catch((error: unknown) => {
        logger.error({ err: error }, 'knowledge.fetching-stopped');
        clearTimeout(retry);
        if (!isClosed) retry = setTimeout(wake, retryMs).unref();
      })
      .finally(() => workers.delete(worker));
    workers.add(worker);
  }

  return {
    wake,

    async abandon(documentId) {
      const running = current.get(documentId);
      running?.abort.abort();
      await running?.done.catch(() => undefined);
    },

    async close() {
      isClosed = true;
      clearTimeout(retry);
      for (const { abort } of current.values()) abort.abort();
      await Promise.all(workers);
    },
  };
}
