import type { Clock } from '../lib/clock.ts';
import { giveUpAttempt } from './give-up-attempt.ts';
import type { DocumentStore } from './store.ts';
import type { UploadFiles } from './upload-files.ts';

/** Documents looked up at once. */
const PAGE = 500;

/**
 * Finishes deletions that were begun, has half-indexed documents wait again (one that is read again as it was, if it still
 * has its earlier text) and removes files whose upload was never acknowledged. What a process that is alive has in hand is
 * left to it.
 */
export async function recoverDocuments(
  { store, files, clock }: { store: DocumentStore; files: UploadFiles; clock: Clock },
  erase: (accountId: string, documentId: string) => Promise<void>,
): Promise<void> {
  for (const document of await store.interrupted(clock.now())) {
    const { accountId, documentId } = document;
    if (document.status === 'deleting') {
      await erase(accountId, documentId);
    } else {
      const attempt = await store.takeOver(document, clock.now());
      if (attempt) await giveUpAttempt(store, attempt, undefined, clock.now());
    }
  }
  const uploaded = await files.list();
  for (let from = 0; from < uploaded.length; from += PAGE) {
    const page = uploaded.slice(from, from + PAGE);
    const known = await store.known(page);
    for (const id of page) if (!known.has(id)) await files.remove(id);
  }
}
