import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { MusterError } from '../errors.ts';
import { egressErrors } from './errors.ts';

/** Replies below this may grow as they like: a short text of one repeated letter is no bomb. */
const RATIO_FREE_BYTES = 256 * 1024;

const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** The decompressed body, never more than `maxBytes` and never more than `maxRatio` times what was sent. */
export async function decodeBody(
  wire: Buffer,
  contentEncoding: string,
  { maxBytes, maxRatio }: { readonly maxBytes: number; readonly maxRatio: number },
): Promise<Buffer> {
  const encoding = contentEncoding.trim().toLowerCase();
  if (wire.length === 0 || encoding === '' || encoding === 'identity') return wire;
  const decode = DECODERS.get(encoding);
  // Also encodings of encodings: nobody needs them but those who build bombs.
  if (!decode) throw egressErrors.egress_failed('The reply is compressed in a way that is not accepted.');
  const maxOutputLength = Math.min(maxBytes, Math.max(RATIO_FREE_BYTES, wire.length * maxRatio));
  try {
    return await decode(wire, { maxOutputLength });
  } catch (cause) {
    if (isBufferTooLarge(cause)) throw tooLarge(maxOutputLength);
    throw egressErrors.egress_failed('The reply is not what its content-encoding says.', { cause });
  }
}

export function tooLarge(maxBytes: number): MusterError {
  return egressErrors.egress_too_large(`The reply is larger than the limit of ${maxBytes} bytes.`);
}

function isBufferTooLarge(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
}
