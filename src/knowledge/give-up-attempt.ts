import type { Attempt } from './indexing-writes.ts';
import type { DocumentStore } from './store.ts';

/**
 * Ends an attempt that stored no document, and removes what it did store: with a reason the document has failed, without
 * one it waits again. One that was to be read again stays as it was as long as it has its earlier text. An attempt that
 * is not the present one any more changes nothing. Returns what has become of the document.
 */
export async function giveUpAttempt(
  store: DocumentStore,
  attempt: Attempt,
  reason: string | undefined,
  now: number,
): Promise<'kept' | 'queued' | 'failed' | 'left'> {
  const kept = reason && `It could not be read again, its earlier text is kept. ${reason}`;
  if (attempt.isReread && (await store.keep(attempt, kept, now))) return 'kept';
  if (!(await store.purgeAttempt(attempt, now))) return 'left';
  const up =
    reason === undefined ? ({ status: 'queued' } as const) : { status: 'failed' as const, error: reason };
  await store.give(attempt, up, now);
  return up.status;
}
