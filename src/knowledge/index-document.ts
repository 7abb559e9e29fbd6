import type { Database, Statement } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import { typeOfMediaType } from './extract/document-type.ts';
import { UnreadableDocument } from './extract/extraction.ts';
import type { ExtractedDocument, Extractor } from './extract/extractor.ts';
import type { Attempt } from './indexing-writes.ts';
import { BATCH_CHUNKS, TEXT_PART_CHARS } from './limits.ts';
import type { SearchIndex } from './search-index.ts';
import type { DocumentStore } from './store.ts';
import type { UploadFiles } from './upload-files.ts';

export interface IndexingParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly store: DocumentStore;
  readonly files: UploadFiles;
  readonly extractor: Extractor;
  readonly searchIndex: SearchIndex;
}

/**
 * Reads, cuts and stores one document: it becomes searchable as a whole, by the last batch, or not at all. Returns false
 * when the document was deleted meanwhile. Throws UnreadableDocument before it stores anything; any other throw leaves
 * parts to be purged.
 */
export async function indexDocument(
  parts: IndexingParts,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<boolean> {
  const { db, clock, store, searchIndex } = parts;
  const { text, chunks } = await extract(parts, attempt, signal);
  if (attempt.isReread && !(await store.purgeAttempt(attempt, clock.now()))) return false;
  const indexed = await searchIndex.open({ accountId: attempt.accountId, agentId: attempt.agentId });

  const writes: (() => readonly Statement[])[] = textParts(text).map(({ start, part }) => () => [
    store.insertTextPart(attempt, start, part),
  ]);
  for (let from = 0; from < chunks.length; from += BATCH_CHUNKS) {
    writes.push(() =>
      chunks.slice(from, from + BATCH_CHUNKS).flatMap(({ start, end, heading }, index) => {
        const chunk = { position: from + index, heading, start, end, text: text.slice(start, end) };
        return [
          store.insertChunk(attempt, chunk),
          indexed({ ...chunk, documentId: attempt.documentId, documentName: attempt.name }),
        ];
      }),
    );
  }
  for (const [index, statements] of writes.entries()) {
    signal.throwIfAborted();
    const isLast = index === writes.length - 1;
    const gate = isLast
      ? store.markReady(attempt, { textLength: text.length, chunkCount: chunks.length }, clock.now())
      : store.stillIndexing(attempt, clock.now());
    // Only the last batch must be on disk: it is so after all before it, and the document is nothing without it.
    const result = await db.write([gate, ...statements()], { ack: isLast ? 'durable' : 'applied' });
    if (!result.ok) return false;
  }
  return true;
}

async function extract(
  { files, extractor }: IndexingParts,
  { documentId, mediaType }: Attempt,
  signal: AbortSignal,
): Promise<ExtractedDocument> {
  const bytes = await files.read(documentId);
  if (!bytes) throw new UnreadableDocument('The uploaded file is missing on the server. Upload it again.');
  return extractor.extract(typeOfMediaType(mediaType), bytes, signal);
}

function textParts(text: string): { start: number; part: string }[] {
  const parts: { start: number; part: string }[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + TEXT_PART_CHARS);
    // Half a surrogate pair would be stored as another character.
    if (end < text.length && !text.slice(start, end).isWellFormed()) end--;
    parts.push({ start, part: text.slice(start, end) });
    start = end;
  }
  return parts;
}
