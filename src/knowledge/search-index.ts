import type { Statement } from '../db/index.ts';
import type { Passage } from '../tools/index.ts';

/** What of a chunk is made findable. The chunk itself is stored already, in the same batch. */
interface IndexedChunk {
  readonly documentId: string;
  readonly position: number;
  readonly documentName: string;
  readonly heading: string;
  readonly text: string;
}

export interface SearchScope {
  readonly accountId: string;
  readonly agentId: string;
}

/** Full-text search over chunks; the part that differs from database to database. */
export interface SearchIndex {
  /** Once per document, before `add`: makes ready to index for an agent. */
  open(scope: SearchScope): Promise<ScopeWriter>;
  /**
   * The best chunks of the agent's ready documents, best first. Nothing of `query` is syntax. What other agents and
   * accounts have stored changes neither the result nor the time it takes.
   */
  search(scope: SearchScope, query: string, limit: number): Promise<Passage[]>;
}

/** Statements for the batch that stores the chunk. Deleting a chunk deletes what was indexed for it. */
type ScopeWriter = (chunk: IndexedChunk) => Statement;
