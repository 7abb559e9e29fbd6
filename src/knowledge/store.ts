import type { Database, Owner } from '../db/index.ts';
import { createDocumentReads } from './document-reads.ts';
import { createDocumentWrites } from './document-writes.ts';
import { createIndexingWrites } from './indexing-writes.ts';

/** The SQL of documents, their texts and chunks; that of full-text search is the SearchIndex's. */
export function createDocumentStore(db: Database, owner: Owner) {
  return { ...createDocumentReads(db), ...createDocumentWrites(db), ...createIndexingWrites(db, owner) };
}

export type DocumentStore = ReturnType<typeof createDocumentStore>;
