import { inflateSync } from 'node:zlib';
import { MAX_UNPACKED_BYTES } from '../limits.ts';
import { UnreadableDocument } from './extraction.ts';

/** No honest stream of text or fonts unpacks to more. */
const MAX_STREAM_BYTES = 64 * 1024 * 1024;
/** Streams may be packed several times over. */
const MAX_LAYERS = 4;
const ZLIB_CMF = 0x78;

/**
 * Throws when the deflated streams of a PDF unpack to more than anyone should. The parser would unpack them into memory
 * that no heap limit counts.
 */
export function refusePdfBombs(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let total = 0;
  for (let at = file.indexOf('stream'); at !== -1; at = file.indexOf('stream', at + 6)) {
    let start = at + 6;
    if (file[start] === 0x0d) start++;
    if (file[start] === 0x0a) start++;
    total += unpackedBytes(file.subarray(start), MAX_LAYERS);
    if (total > MAX_UNPACKED_BYTES) throw tooMuch();
  }
}

/** What follows `packed`'s stream is ignored by zlib, so its end need not be known. */
function unpackedBytes(packed: Buffer, layers: number): number {
  if (packed[0] !== ZLIB_CMF || layers === 0) return 0;
  let unpacked: Buffer;
  try {
    unpacked = inflateSync(packed, { maxOutputLength: MAX_STREAM_BYTES });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooMuch();
    // Encrypted or damaged: the parser will say so, and will not unpack it either.
    return 0;
  }
  return unpacked.length + unpackedBytes(unpacked, layers - 1);
}

function tooMuch(): UnreadableDocument {
  return new UnreadableDocument('The PDF is not safe to open: it unpacks to far more than its size.');
}
