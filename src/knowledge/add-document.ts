import { createHash } from 'node:crypto';
import { DatabaseConflict } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { knowledgeErrors } from './errors.ts';
import { detectType } from './extract/detect-type.ts';
import { MEDIA_TYPES } from './extract/document-type.ts';
import { MAX_FILE_BYTES, MAX_NAME_CHARS } from './limits.ts';
import type { DocumentStore } from './store.ts';
import type { DocumentSummary, GivenDocument } from './types.ts';
import type { UploadFiles } from './upload-files.ts';

interface Parts {
  readonly store: DocumentStore;
  readonly files: UploadFiles;
  readonly ids: Ids;
  readonly clock: Clock;
}

interface Upload {
  readonly accountId: string;
  readonly agentId: string;
  readonly document: GivenDocument;
}

/** Stores a document as queued: the file first, then its row, so that a row without its file is never acknowledged. */
export async function addDocument(
  { store, files, ids, clock }: Parts,
  { accountId, agentId, document }: Upload,
): Promise<DocumentSummary> {
  const name = displayName(document.name);
  const bytes = 'bytes' in document ? document.bytes : new TextEncoder().encode(document.text);
  if (bytes.length > MAX_FILE_BYTES) {
    const megabytes = MAX_FILE_BYTES / 1024 / 1024;
    throw knowledgeErrors.document_too_large(`'${name}' is larger than ${megabytes} MB. Split it.`);
  }
  if (isBlank(bytes)) throw knowledgeErrors.document_empty(`'${name}' is empty.`);
  const detected = detectType(bytes, name, document.mediaType);
  if (detected.type === 'unsupported') {
    throw knowledgeErrors.document_type_unsupported(`'${name}' cannot be read. ${detected.reason}`);
  }

  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const same = () => store.findSame(accountId, agentId, sha256, name);
  const existing = await same();
  if (existing) return tryAgainIfFailed(store, accountId, existing, clock.now());

  const id = ids.next('doc_');
  await files.save(id, bytes);
  const mediaType = MEDIA_TYPES[detected.type];
  const now = clock.now();
  try {
    await store.insert({
      id,
      accountId,
      agentId,
      name,
      mediaType,
      sizeBytes: bytes.length,
      sha256,
      sourceUrl: null,
      now,
    });
  } catch (error) {
    await files.remove(id);
    const winner = error instanceof DatabaseConflict ? await same() : undefined;
    if (!winner) throw error;
    return winner;
  }
  return {
    id,
    agentId,
    name,
    mediaType,
    sizeBytes: bytes.length,
    sourceUrl: null,
    status: 'queued',
    error: null,
    awaitsReread: false,
    textLength: 0,
    chunkCount: 0,
    createdAt: now,
    updatedAt: now,
  };
}

async function tryAgainIfFailed(
  store: DocumentStore,
  accountId: string,
  existing: DocumentSummary,
  now: number,
): Promise<DocumentSummary> {
  if (existing.status !== 'failed') return existing;
  await store.requeue(accountId, existing.id, now);
  return { ...existing, status: 'queued', error: null };
}

/** A name to show: the last part of a path, without control and direction-changing characters. Never used as a path. */
export function displayName(name: string): string {
  const shown = name
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^.*[/\\]/, '')
    .trim();
  if (shown === '' || /^\.+$/.test(shown)) return 'Untitled';
  return shortened(shown);
}

/** Keeps the extension, which says what the document is. */
function shortened(name: string): string {
  if (name.length <= MAX_NAME_CHARS) return name;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  const stem = name.slice(0, MAX_NAME_CHARS - extension.length - 1);
  return `${stem.isWellFormed() ? stem : stem.slice(0, -1)}…${extension}`;
}

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
