import { inflateRawSync } from 'node:zlib';
import mammoth from 'mammoth';
import { type Extraction, UnreadableDocument } from './extraction.ts';
import { htmlToExtraction } from './read-html.ts';
import { readZipDirectory, tooMuchToUnpack, type ZipEntry } from './zip-directory.ts';

const LOCAL_HEADER_BYTES = 30;
const DEFLATED = 8;

/** A Word document's words with its headings, tables a row a line. Pictures are passed over, other files never opened. */
export async function readDocx(bytes: Uint8Array): Promise<Extraction> {
  refuseBombs(bytes);
  const noPictures = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value } = await mammoth
    .convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      { externalFileAccess: false, includeEmbeddedStyleMap: false, convertImage: noPictures },
    )
    .catch((cause: unknown) => {
      throw new UnreadableDocument('The file is damaged: it could not be read as a Word document.', {
        cause,
      });
    });
  return htmlToExtraction(value);
}

/**
 * Throws unless every part unpacks to what the file's directory says and that is little enough. Parts are unpacked to be
 * sure, one at a time and never beyond their stated size: the library would believe a lie and unpack it all.
 */
function refuseBombs(bytes: Uint8Array): void {
  const directory = readZipDirectory(bytes);
  if (!directory.ok) throw new UnreadableDocument(`The file is damaged: ${directory.reason}.`);
  const tooMuch = tooMuchToUnpack(directory.entries);
  if (tooMuch) throw new UnreadableDocument(`The file is not safe to open: ${tooMuch}.`);
  for (const entry of directory.entries) {
    if (entry.method !== DEFLATED || entry.unpackedBytes === 0) continue;
    try {
      inflateRawSync(packedPart(bytes, entry), { maxOutputLength: entry.unpackedBytes });
    } catch (cause) {
      throw new UnreadableDocument('The file is damaged: a part of it does not unpack to what it should.', {
        cause,
      });
    }
  }
}

function packedPart(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = entry.headerOffset;
  const start = at + LOCAL_HEADER_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  return bytes.subarray(start, start + entry.packedBytes);
}
