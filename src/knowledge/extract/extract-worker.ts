/**
 * Reads documents apart from the server: what a file makes a parser do ends this thread at worst. It has no environment,
 * a bounded heap, and is told nothing but the file.
 */
import { parentPort } from 'node:worker_threads';
import { type ChunkSpan, chunkText } from '../chunk-text.ts';
import type { DocumentType } from './document-type.ts';
import { extractText } from './extract-text.ts';
import { UnreadableDocument } from './extraction.ts';

export interface ExtractRequest {
  readonly type: DocumentType;
  readonly bytes: Uint8Array;
}
export type ExtractReply =
  | { readonly ok: true; readonly text: string; readonly chunks: readonly ChunkSpan[] }
  | { readonly ok: false; readonly reason: string; readonly detail: string };

if (!parentPort) throw new Error('extract-worker.ts runs as a worker thread only');
const port = parentPort;

port.on('message', async ({ type, bytes }: ExtractRequest) => {
  port.postMessage(await reply(type, bytes));
});

async function reply(type: DocumentType, bytes: Uint8Array): Promise<ExtractReply> {
  try {
    const extraction = await extractText(type, bytes);
    return { ok: true, text: extraction.text, chunks: chunkText(extraction) };
  } catch (error) {
    const known = error instanceof UnreadableDocument;
    return {
      ok: false,
      reason: known ? error.message : 'The file is damaged: it could not be read.',
      detail: String(known ? (error.cause ?? '') : error),
    };
  }
}
