import type { Passage } from '../tools/index.ts';

export type DocumentStatus = 'queued' | 'indexing' | 'ready' | 'failed';

export interface DocumentSummary {
  readonly id: string;
  readonly agentId: string;
  readonly name: string;
  readonly mediaType: string;
  /** 0 until it is fetched. */
  readonly sizeBytes: number;
  /** Where it is fetched from; null for an upload. */
  readonly sourceUrl: string | null;
  readonly status: DocumentStatus;
  /** Why it failed, or was not read again, in words for the person who uploaded it. */
  readonly error: string | null;
  /** It is ready, and waits to be read again. */
  readonly awaitsReread: boolean;
  /** 0 until it is ready. */
  readonly textLength: number;
  readonly chunkCount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A part of a document that search returns as a whole. `text` is the document's text from `start` to `end`. */
export interface Chunk {
  readonly position: number;
  readonly heading: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface DocumentDetail extends DocumentSummary {
  readonly text: string;
  readonly chunks: readonly Chunk[];
}

export interface DocumentList {
  readonly documents: readonly DocumentSummary[];
  readonly total: number;
  readonly page: number;
}

/** A file as uploaded, or text as typed. `mediaType` is what the sender claims; the content decides. */
export type GivenDocument =
  | { readonly name: string; readonly bytes: Uint8Array; readonly mediaType?: string }
  | { readonly name: string; readonly text: string; readonly mediaType?: string };

/** Also one that is to be fetched; without a name it is called after its address. */
export type NewDocument = GivenDocument | { readonly url: string; readonly name?: string | undefined };

/** A stretch of a document's text. `nextOffset` is undefined at the end. */
export interface DocumentPage {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly offset: number;
  readonly nextOffset: number | undefined;
  readonly totalLength: number;
}

/** Agents' documents: taken, read, cut, indexed, searched. */
export interface Knowledge {
  /**
   * Once it resolves the document survives a crash of the process; indexing follows by itself. The same bytes under the
   * same name are the same document: it is returned as it stands (and tried again if it had failed). Throws
   * `document_empty`, `document_too_large`, `document_type_unsupported`; what is wrong with a document at an address is
   * told by its status instead, as it is fetched in the background.
   */
  addDocument(accountId: string, agentId: string, document: NewDocument): Promise<DocumentSummary>;
  /** Whether a search of the agent's documents can find anything: at least one is ready. */
  hasDocuments(accountId: string, agentId: string): Promise<boolean>;
  /** Newest first. */
  listDocuments(
    accountId: string,
    agentId: string,
    page?: { readonly page?: number; readonly limit?: number },
  ): Promise<DocumentList>;
  /** Throws `not_found`, also for another account's. */
  getDocument(accountId: string, documentId: string): Promise<DocumentDetail>;
  /** The file as it was uploaded or fetched, and the text that was taken out of it (empty until it is); undefined when there is no such document. */
  readContent(
    accountId: string,
    documentId: string,
  ): Promise<
    | {
        readonly file: { readonly sizeBytes: number; readonly pieces: AsyncIterable<Uint8Array> } | undefined;
        readonly text: string;
      }
    | undefined
  >;
  /** The document without its text. Throws `not_found`. */
  getDocumentSummary(accountId: string, documentId: string): Promise<DocumentSummary>;
  /** Not found by any search from the moment it is called on; resolves when every trace is gone. Throws `not_found`. */
  deleteDocument(accountId: string, documentId: string): Promise<void>;
  deleteAgentDocuments(accountId: string, agentId: string): Promise<void>;
  deleteAccountDocuments(accountId: string): Promise<void>;
  /** Indexes a failed document anew. Throws `not_found`, `document_not_failed`. */
  retryDocument(accountId: string, documentId: string): Promise<DocumentSummary>;
  /**
   * Reads a document again, from the file that is kept: one that an earlier version read gets the text and passages that
   * this version makes of it. It is found as it was until its turn comes, and stays so if it cannot be read any more. One
   * that failed is tried again, one that waits is left to its turn. Throws `not_found`.
   */
  reindexDocument(accountId: string, documentId: string): Promise<DocumentSummary>;
  /** The same for all documents of the agent. Returns how many are read again. */
  reindexAgentDocuments(accountId: string, agentId: string): Promise<number>;
  /** The best passages of the agent's ready documents, best first; none when nothing matches. */
  search(accountId: string, agentId: string, query: string, limit?: number): Promise<Passage[]>;
  /** A page of a ready document, named by id or by name (any case; the newest of that name); undefined if none is. */
  readDocument(
    accountId: string,
    agentId: string,
    idOrName: string,
    page?: { readonly offset?: number; readonly limit?: number },
  ): Promise<DocumentPage | undefined>;
  /** Resolves with the document once it is ready or failed, with undefined once it is deleted. */
  waitUntilSettled(accountId: string, documentId: string): Promise<DocumentSummary | undefined>;
  /** Takes up what a crash or a stop interrupted. Call once, before serving. */
  recover(): Promise<void>;
  /** Begins no further document; waits for the one in hand or leaves it to `recover` of the next start. */
  close(): Promise<void>;
}
