import { MusterError } from '../lib/errors.ts';
import { egressErrors, type GuardedHttp, type GuardedResponse } from '../lib/guarded-http/index.ts';
import { isBlank } from './add-document.ts';
import { detectType } from './extract/detect-type.ts';
import { MEDIA_TYPES } from './extract/document-type.ts';
import { UnreadableDocument } from './extract/extraction.ts';
import { MAX_FILE_BYTES } from './limits.ts';

const TIMEOUT_MS = 60_000;
const ACCEPTED = 'text/html,application/pdf,text/markdown,text/*;q=0.9,application/*;q=0.8,*/*;q=0.1';

interface Downloaded {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** What stands at the address, if it is a document. Throws UnreadableDocument with words for whoever added it. */
export async function downloadDocument(
  guardedHttp: Pick<GuardedHttp, 'request'>,
  { url, name }: { readonly url: string; readonly name: string },
  signal: AbortSignal,
): Promise<Downloaded> {
  const { status, headers, body: bytes, finalUrl } = await get(guardedHttp, url, signal);
  if (status !== 200) throw new UnreadableDocument(`The address answered with HTTP ${status}.`);
  if (isBlank(bytes)) throw new UnreadableDocument('The address answered with nothing.');
  // A name without an extension tells less than the address that the document came from in the end.
  const named = /\.[a-z0-9]{1,10}$/i.test(name) ? name : new URL(finalUrl).pathname;
  const detected = detectType(bytes, named, headers.get('content-type') ?? '');
  if (detected.type === 'unsupported') throw new UnreadableDocument(`It cannot be read. ${detected.reason}`);
  return { bytes, mediaType: MEDIA_TYPES[detected.type] };
}

async function get(
  guardedHttp: Pick<GuardedHttp, 'request'>,
  url: string,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  try {
    return await guardedHttp.request({
      url,
      headers: { accept: ACCEPTED },
      maxBytes: MAX_FILE_BYTES,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    const megabytes = MAX_FILE_BYTES / 1024 / 1024;
    const reason =
      error.code === egressErrors.egress_too_large.code
        ? `The document is larger than ${megabytes} MB. Split it.`
        : error.message;
    throw new UnreadableDocument(reason, { cause: error });
  }
}
