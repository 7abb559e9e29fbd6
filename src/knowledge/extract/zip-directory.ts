import { MAX_UNPACK_RATIO, MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES } from '../limits.ts';

export interface ZipEntry {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly headerOffset: number;
}

export type ZipDirectory =
  | { readonly ok: true; readonly entries: readonly ZipEntry[] }
  | { readonly ok: false; readonly reason: string };

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const MAX_COMMENT_BYTES = 0xffff;
/** Parts below this are harmless whatever their ratio: repetitive XML packs very well. */
const FREE_RATIO_BYTES = 10 * 1024 * 1024;

/** Lists a zip file's parts without unpacking any. What the list says of sizes may be a lie: see unpackZip. */
export function readZipDirectory(bytes: Uint8Array): ZipDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return { ok: false, reason: 'its end is missing' };
  const count = view.getUint16(end + 10, true);
  if (count > MAX_ZIP_ENTRIES) return { ok: false, reason: `it has more than ${MAX_ZIP_ENTRIES} parts` };
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      return { ok: false, reason: 'its list of parts is broken' };
    }
    const nameLength = view.getUint16(at + 28, true);
    const next =
      at + ENTRY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength)),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      unpackedBytes: view.getUint32(at + 24, true),
      headerOffset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return { ok: true, entries };
}

/** Why the parts, taken at their word, are more than anyone should unpack; undefined when they are not. */
export function tooMuchToUnpack(entries: readonly ZipEntry[]): string | undefined {
  let total = 0;
  for (const entry of entries) {
    total += entry.unpackedBytes;
    const excessive = entry.unpackedBytes > Math.max(1, entry.packedBytes) * MAX_UNPACK_RATIO;
    if (excessive && entry.unpackedBytes > FREE_RATIO_BYTES) return 'a part of it unpacks to far too much';
  }
  return total > MAX_UNPACKED_BYTES ? `it unpacks to more than ${MAX_UNPACKED_BYTES >> 20} MB` : undefined;
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  return undefined;
}
