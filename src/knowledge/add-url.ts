import { createHash } from 'node:crypto';
import { DatabaseConflict } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { displayName } from './add-document.ts';
import type { DocumentStore } from './store.ts';
import type { DocumentSummary } from './types.ts';

interface Parts {
  readonly store: DocumentStore;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Throws a 400 that names the field when the address may not be, or may not be reached. */
  readonly checkUrl: (accountId: string, url: string) => Promise<void>;
}

/** Of a document that nobody has seen yet. */
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * Stores a document that is to be fetched as queued. The same address under the same name is the same document: it is
 * returned as it stands, and fetched again if it had failed.
 */
export async function addUrl(
  { store, ids, clock, checkUrl }: Parts,
  accountId: string,
  agentId: string,
  { url: given, name: wanted }: { readonly url: string; readonly name?: string | undefined },
): Promise<DocumentSummary> {
  await checkUrl(accountId, given.trim());
  const url = new URL(given.trim()).href;
  const name = displayName(wanted ?? nameOf(url));
  const sha256 = createHash('sha256').update(`address ${url}`).digest('hex');
  const same = () => store.findSame(accountId, agentId, sha256, name);
  const existing = await same();
  const now = clock.now();
  if (existing) {
    if (existing.status !== 'failed') return existing;
    await store.requeue(accountId, existing.id, now);
    return { ...existing, status: 'queued', error: null };
  }
  const id = ids.next('doc_');
  const row = {
    id,
    accountId,
    agentId,
    name,
    mediaType: UNKNOWN_TYPE,
    sizeBytes: 0,
    sha256,
    sourceUrl: url,
    now,
  };
  try {
    await store.insert(row);
  } catch (error) {
    const winner = error instanceof DatabaseConflict ? await same() : undefined;
    if (!winner) throw error;
    return winner;
  }
  return {
    ...{ id, agentId, name, mediaType: UNKNOWN_TYPE, sizeBytes: 0, sourceUrl: url },
    ...{ status: 'queued', error: null, awaitsReread: false, textLength: 0, chunkCount: 0 },
    ...{ createdAt: now, updatedAt: now },
  };
}

/** The last part of its path, else its host. */
function nameOf(url: string): string {
  const { pathname, hostname } = new URL(url);
  const last = pathname.split('/').findLast((part) => part !== '') ?? '';
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return last;
  }
}
