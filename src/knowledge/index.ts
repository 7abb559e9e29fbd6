export { findCitations } from './citations.ts';
export { copyUploads } from './copy-uploads.ts';
export { createKnowledge, type KnowledgeParts } from './create-knowledge.ts';
export { knowledgeErrors } from './errors.ts';
export { indexAgain } from './index-again.ts';
export { checkUploads, knowledgeInvariants, listUploads, uploadRowsInvariant } from './invariants.ts';
export { knowledgePort } from './knowledge-port.ts';
export {
  MAX_FILE_BYTES,
  MAX_SEARCH_RESULTS,
  MAX_TEXT_CHARS,
} from './limits.ts';
export type {
  Chunk,
  DocumentDetail,
  DocumentList,
  DocumentPage,
  DocumentStatus,
  DocumentSummary,
  Knowledge,
  NewDocument,
} from './types.ts';
