import { MAX_READ_CHARS } from './limits.ts';
import type { DocumentStore } from './store.ts';
import type { DocumentPage } from './types.ts';

interface PageRequest {
  readonly accountId: string;
  readonly agentId: string;
  readonly idOrName: string;
  readonly offset?: number;
  readonly limit?: number;
}

/** A stretch of a ready document of the agent, or undefined; ends before half a character. */
export async function readDocumentPage(
  store: DocumentStore,
  { accountId, agentId, idOrName, offset = 0, limit = MAX_READ_CHARS }: PageRequest,
): Promise<DocumentPage | undefined> {
  const byId = await store.find(accountId, idOrName);
  const document =
    byId?.agentId === agentId ? byId : await store.findReadyByName(accountId, agentId, idOrName.trim());
  if (document?.status !== 'ready') return undefined;
  const { id, name, textLength: totalLength } = document;
  const from = Math.min(Math.max(0, Math.trunc(offset)), totalLength);
  const to = Math.min(from + Math.min(Math.max(1, Math.trunc(limit)), MAX_READ_CHARS), totalLength);
  const read = await readText(store, accountId, id, from, to);
  const cutsPair = to < totalLength && read.length > 1 && isHighSurrogate(read.charCodeAt(read.length - 1));
  const text = cutsPair ? read.slice(0, -1) : read;
  const end = from + text.length;
  return { id, name, text, offset: from, nextOffset: end < totalLength ? end : undefined, totalLength };
}

export async function readText(
  store: DocumentStore,
  accountId: string,
  documentId: string,
  from: number,
  to: number,
): Promise<string> {
  const parts = await store.textParts(accountId, documentId, from, to);
  return parts
    .map(({ start_offset, text }) =>
      text.slice(Math.max(0, from - start_offset), Math.max(0, to - start_offset)),
    )
    .join('');
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
