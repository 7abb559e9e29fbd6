import type { Extractor } from './extract/extractor.ts';
import { createIndexingLane, type IndexingLane, type IndexingLaneParts } from './indexing-lane.ts';
import { MAX_FILE_BYTES, SMALL_FILE_BYTES } from './limits.ts';

/**
 * Indexes queued documents, two at a time. The queue itself is the documents' status: it survives, and takes no memory.
 */
export type IndexingQueue = IndexingLane;

interface Parts extends Omit<IndexingLaneParts, 'extractor' | 'maxBytes'> {
  /** Called once for each lane: an extractor reads one document at a time. */
  readonly createExtractor: () => Extractor;
}

/**
 * One lane takes whatever is next, the other small files only. So a small document never waits for large ones, however
 * many stand before it, and no two large ones are in memory together.
 */
export function createIndexingQueue(
  { createExtractor, ...parts }: Parts,
  onSettled: (documentId: string) => void,
): IndexingQueue {
  const lanes = [MAX_FILE_BYTES, SMALL_FILE_BYTES].map((maxBytes) =>
    createIndexingLane({ ...parts, extractor: createExtractor(), maxBytes }, onSettled),
  );
  return {
    wake() {
      for (const lane of lanes) lane.wake();
    },
    async abandon(documentId) {
      await Promise.all(lanes.map((lane) => lane.abandon(documentId)));
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
