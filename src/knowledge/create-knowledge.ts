import { join } from 'node:path';
import { ALONE, type Database, noSignals, type Owner, type Signals } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import { commonErrors } from '../lib/errors.ts';
import type { GuardedHttp } from '../lib/guarded-http/index.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import { addDocument } from './add-document.ts';
import { addUrl } from './add-url.ts';
import { checkUrl } from './check-url.ts';
import { createDownloadQueue } from './download-queue.ts';
import { knowledgeErrors } from './errors.ts';
import { createExtractor, type ExtractorLimits } from './extract/extractor.ts';
import { createIndexingQueue } from './indexing-queue.ts';
import { DEFAULT_SEARCH_RESULTS, MAX_SEARCH_RESULTS } from './limits.ts';
import { createPostgresSearchIndex } from './postgres-search-index.ts';
import { candidatesFor, rankPassages } from './rank-passages.ts';
import { readDocumentPage, readText } from './read-document.ts';
import { recoverDocuments } from './recover-documents.ts';
import { createSqliteSearchIndex } from './sqlite-search-index.ts';
import { createDocumentStore } from './store.ts';
import type { DocumentSummary, Knowledge } from './types.ts';
import { createUploadFiles } from './upload-files.ts';
import { createUploadRows } from './upload-rows.ts';

export interface KnowledgeParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** For documents that are added by their address. */
  readonly guardedHttp: Pick<GuardedHttp, 'request' | 'vet'>;
  /** The data folder; uploaded files are kept in `uploads` below it. */
  readonly home: string;
  /** Bounds of reading a document, for tests. */
  readonly extractorLimits?: ExtractorLimits;
  readonly owner?: Owner;
  readonly signals?: Pick<Signals, 'publish' | 'subscribe'>;
  /** False where other processes index what is uploaded here. */
  readonly indexes?: boolean;
}

const MAX_PAGE_LIMIT = 100;
const DEFAULT_PAGE_LIMIT = 20;
/** What a signal about documents says when it is not the id of one that has settled. */
const QUEUED = 'queued';

/** Builds the room. Call `recover` once before serving. */
export function createKnowledge({
  db,
  clock,
  ids,
  logger,
  guardedHttp,
  home,
  extractorLimits,
  owner = ALONE,
  signals = noSignals,
  indexes = true,
}: KnowledgeParts): Knowledge {
  const store = createDocumentStore(db, owner);
  const files = db.dialect === 'sqlite' ? createUploadFiles(join(home, 'uploads')) : createUploadRows(db);
  const searchIndex = db.dialect === 'sqlite' ? createSqliteSearchIndex(db) : createPostgresSearchIndex(db);
  const waiting = new Map<string, Set<() => void>>();
  const heard = (documentId: string) => {
    const resolvers = waiting.get(documentId);
    waiting.delete(documentId);
    for (const resolve of resolvers ?? []) resolve();
  };
  const settled = (documentId: string) => {
    heard(documentId);
    signals.publish('documents', documentId);
  };
  const queue = createIndexingQueue(
    { db, clock, store, files, searchIndex, logger, createExtractor: () => createExtractor(extractorLimits) },
    settled,
  );

  const downloads = createDownloadQueue(
    { store, files, guardedHttp, clock, logger },
    { onFetched: () => wake(), onFailed: settled },
  );
  const work = (): void => {
    if (!indexes) return;
    downloads.wake();
    queue.wake();
  };
  /** There is something to be fetched or indexed. */
  const wake = (): void => {
    work();
    signals.publish('documents', QUEUED);
  };
  signals.subscribe('documents', (payload) => {
    if (payload === QUEUED) work();
    else heard(payload);
  });

  const find = async (accountId: string, documentId: string): Promise<DocumentSummary> => {
    const document = await store.find(accountId, documentId);
    if (!document) throw commonErrors.not_found('No such document.');
    return document;
  };

  /** Of documents that are marked as deleting. */
  const erase = async (accountId: string, documentId: string): Promise<void> => {
    await downloads.abandon(documentId);
    await queue.abandon(documentId);
    await store.purgeContent(accountId, documentId);
    await files.remove(documentId);
    await store.remove(accountId, documentId);
    settled(documentId);
  };

  return {
    async addDocument(accountId, agentId, document) {
      if ('url' in document) {
        const check = (account: string, url: string) => checkUrl(guardedHttp, account, url);
        const added = await addUrl({ store, ids, clock, checkUrl: check }, accountId, agentId, document);
        wake();
        return added;
      }
      const added = await addDocument({ store, files, ids, clock }, { accountId, agentId, document });
      wake();
      return added;
    },

    async listDocuments(accountId, agentId, { page = 1, limit = DEFAULT_PAGE_LIMIT } = {}) {
      const size = Math.min(Math.max(1, limit), MAX_PAGE_LIMIT);
      return { ...(await store.list(accountId, agentId, Math.max(1, page), size)), page };
    },

    hasDocuments: (accountId, agentId) => store.hasReady(accountId, agentId),

    getDocumentSummary: find,

    async getDocument(accountId, documentId) {
      const document = await find(accountId, documentId);
      if (document.status !== 'ready') return { ...document, text: '', chunks: [] };
      const [text, chunks] = await Promise.all([
        readText(store, accountId, documentId, 0, document.textLength),
        store.chunksOf(accountId, documentId),
      ]);
      return { ...document, text, chunks };
    },

    async readContent(accountId, documentId) {
      const document = await store.find(accountId, documentId);
      if (!document) return undefined;
      const [sizeBytes, text] = await Promise.all([
        files.size(documentId),
        document.status === 'ready' ? readText(store, accountId, documentId, 0, document.textLength) : '',
      ]);
      const file = sizeBytes === undefined ? undefined : { sizeBytes, pieces: files.pieces(documentId) };
      return { file, text };
    },

    async deleteDocument(accountId, documentId) {
      const marked = await store.markDeleting(accountId, { documentId }, clock.now());
      if (marked === 0) throw commonErrors.not_found('No such document.');
      await erase(accountId, documentId);
    },

    async deleteAgentDocuments(accountId, agentId) {
      await store.markDeleting(accountId, { agentId }, clock.now());
      for (const documentId of await store.idsOfAgent(accountId, agentId)) await erase(accountId, documentId);
    },

    async deleteAccountDocuments(accountId) {
      await store.markDeleting(accountId, 'all', clock.now());
      for (const documentId of await store.idsOfAccount(accountId)) await erase(accountId, documentId);
    },

    async retryDocument(accountId, documentId) {
      if (!(await store.requeue(accountId, documentId, clock.now()))) {
        const { status } = await find(accountId, documentId);
        throw knowledgeErrors.document_not_failed(
          `The document is ${status}; only a failed one can be retried. To have a ready one read again, use /reindex instead of /retry.`,
        );
      }
      wake();
      return find(accountId, documentId);
    },

    async reindexDocument(accountId, documentId) {
      await store.reread(accountId, { documentId }, clock.now());
      wake();
      return find(accountId, documentId);
    },

    async reindexAgentDocuments(accountId, agentId) {
      const count = await store.reread(accountId, { agentId }, clock.now());
      wake();
      return count;
    },

    async search(accountId, agentId, query, limit = DEFAULT_SEARCH_RESULTS) {
      const most = Math.min(Math.max(1, Math.trunc(limit)), MAX_SEARCH_RESULTS);
      const candidates = candidatesFor(most, MAX_SEARCH_RESULTS);
      const found = await searchIndex.search({ accountId, agentId }, query, candidates);
      return rankPassages(query, found).slice(0, most);
    },

    readDocument: (accountId, agentId, idOrName, page) =>
      readDocumentPage(store, { accountId, agentId, idOrName, ...page }),

    async waitUntilSettled(accountId, documentId) {
      for (;;) {
        const settling = new Promise<void>((resolve) => {
          const resolvers = waiting.get(documentId) ?? new Set();
          waiting.set(documentId, resolvers.add(resolve));
        });
        const document = await store.find(accountId, documentId);
        if (!document || document.status === 'ready' || document.status === 'failed') return document;
        await settling;
      }
    },

    async recover() {
      await recoverDocuments({ store, files, clock }, erase);
      work();
    },

    async close() {
      await downloads.close();
      await queue.close();
    },
  };
}
