import { type Static, Type } from 'typebox';
import {
  type DocumentDetail,
  type DocumentSummary,
  MAX_SEARCH_RESULTS,
  MAX_TEXT_CHARS,
} from '../../../knowledge/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { Passage } from '../../../tools/index.ts';
import { Closed, Id, Nullable, PageReply, Time } from '../schemas.ts';

export const AgentParams = Type.Object({ id: Id });
export const DocumentParams = Type.Object({ id: Id, document_id: Id });

export const DocumentBody = Closed({
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Required with text; of a url its last part unless given.',
    }),
  ),
  text: Type.Optional(
    Type.String({ minLength: 1, maxLength: MAX_TEXT_CHARS, description: 'Either this or url.' }),
  ),
  url: Type.Optional(
    Type.String({ minLength: 1, maxLength: 8_000, description: 'Fetched in the background.' }),
  ),
});

export const Document = Type.Object({
  id: Type.String(),
  agent_id: Type.String(),
  name: Type.String(),
  status: Type.String({ description: 'queued, indexing, ready or failed.' }),
  error: Nullable(Type.String({ description: 'Why it failed, or could not be read again.' })),
  reindexing: Type.Boolean({
    description: 'It waits to be read again. Until its turn comes, searches find it as it was.',
  }),
  media_type: Type.String(),
  size_bytes: Type.Integer(),
  source_url: Nullable(Type.String({ description: 'Where it is fetched from; null for an upload.' })),
  text_length: Type.Integer(),
  chunk_count: Type.Integer(),
  created_at: Time,
  updated_at: Time,
});

export const DocumentWithText = Type.Object({
  ...Document.properties,
  text: Type.String(),
  chunks: Type.Array(
    Type.Object({
      position: Type.Integer(),
      heading: Type.String(),
      start: Type.Integer(),
      end: Type.Integer(),
      text: Type.String(),
    }),
  ),
});

/** A single document stands at the top level too, for those who send one. */
export const CreatedDocuments = Type.Object({
  documents: Type.Array(Document),
  errors: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), code: Type.String(), message: Type.String() }), {
      description: 'Files that were not taken.',
    }),
  ),
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  status: Type.Optional(Type.String()),
});

export const DocumentListReply = Type.Object({ documents: Type.Array(Document), ...PageReply });

export const ReindexReply = Type.Object({
  count: Type.Integer({ description: 'How many documents are read again.' }),
});

export const SearchBody = Closed({
  query: Type.String({ minLength: 1, maxLength: 4_000 }),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SEARCH_RESULTS })),
});

export const SearchReply = Type.Object({
  results: Type.Array(
    Type.Object({
      document_id: Type.String(),
      document: Type.String(),
      heading: Type.String(),
      text: Type.String(),
      score: Type.Number(),
      start: Type.Integer({ description: "Where the passage begins in the document's text." }),
      end: Type.Integer(),
    }),
  ),
});

export function toDocument(document: DocumentSummary): Static<typeof Document> {
  return {
    id: document.id,
    agent_id: document.agentId,
    name: document.name,
    status: document.status,
    error: document.error,
    reindexing: document.awaitsReread,
    media_type: document.mediaType,
    size_bytes: document.sizeBytes,
    source_url: document.sourceUrl,
    text_length: document.textLength,
    chunk_count: document.chunkCount,
    created_at: isoTime(document.createdAt),
    updated_at: isoTime(document.updatedAt),
  };
}

export function toDocumentWithText(document: DocumentDetail): Static<typeof DocumentWithText> {
  return {
    ...toDocument(document),
    text: document.text,
    chunks: document.chunks.map((chunk) => ({ ...chunk })),
  };
}

export function toResult(passage: Passage): Static<typeof SearchReply>['results'][number] {
  const { documentId, documentName, heading, text, score, start, end } = passage;
  return { document_id: documentId, document: documentName, heading, text, score, start, end };
}
