import type { Generated } from 'kysely';

export interface KnowledgeTables {
  documents: DocumentsTable;
  document_texts: DocumentTextsTable;
  chunks: ChunksTable;
  search_scopes: SearchScopesTable;
  uploads: UploadsTable;
}

export interface DocumentsTable {
  id: string;
  account_id: string;
  agent_id: string;
  name: string;
  media_type: string;
  size_bytes: number;
  /** Of the uploaded bytes, or of the address that it comes from, hex: the same one twice is one document. */
  sha256: string;
  /** Where the file comes from; null for an upload. Until it is fetched `size_bytes` is 0. */
  source_url: Generated<string | null>;
  /** queued, indexing, ready, failed, deleting. Only ready ones are found; deleting ones are seen by nobody. */
  status: string;
  /** Why it failed, for the person who uploaded it. */
  error: string | null;
  /** Counts the indexings begun; a write of an earlier one is refused. */
  attempt: number;
  text_length: number;
  chunk_count: number;
  created_at: number;
  updated_at: number;
  /** The process that indexes it, or did last. */
  owner: Generated<string | null>;
  /** 1 while a ready one waits to be read again, and is, until its earlier text makes room for the new. */
  reread: Generated<number>;
}

/** The extracted text, in parts, so that one page of a long document is a small read. */
export interface DocumentTextsTable {
  document_id: string;
  /** Where the part begins in the whole text, as chunk and citation offsets count: in UTF-16 units. */
  start_offset: number;
  account_id: string;
  text: string;
}

export interface ChunksTable {
  id: Generated<number>;
  document_id: string;
  account_id: string;
  agent_id: string;
  position: number;
  heading: string;
  start_offset: number;
  end_offset: number;
  text: string;
}

export interface SearchScopesTable {
  id: Generated<number>;
  account_id: string;
  agent_id: string;
}

/** On PostgreSQL only, and without an account: a document's row, which comes after its file, has that. */
export interface UploadsTable {
  document_id: string;
  bytes: Uint8Array;
}
