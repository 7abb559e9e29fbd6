import { inflateRawSync } from 'node:zlib';
import mammoth from 'mammoth';
import { type Extraction, UnreadableDocument } from './extraction.ts';
import { htmlToExtraction } from './read-html.ts';
import { storeZip } from './store-zip.ts';
import { readZipDirectory, tooMuchToUnpack, type ZipEntry } from './zip-directory.ts';

const LOCAL_HEADER_BYTES = 30;
const DEFLATED = 8;
const RUBY = '<w:ruby>';
/** The reading over a word, and how that is set. */
const READING = /<w:(rt|rubyPr)>[\s\S]{0,4000}?<\/w:\1>/g;
const RUBY_TAG = /<\/?w:ruby(?:Base)?>/g;

/** A Word document's words with its headings, tables a row a line. Pictures are passed over, other files never opened. */
export async function readDocx(bytes: Uint8Array): Promise<Extraction> {
  const parts = unpackSafely(bytes);
  const file = parts.some(({ content }) => content.includes(RUBY))
    ? storeZip(parts.map(withoutReadings))
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const noPictures = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value } = await mammoth
    .convertToHtml(
      { buffer: file },
      { externalFileAccess: false, includeEmbeddedStyleMap: false, convertImage: noPictures },
    )
    .catch((cause: unknown) => {
      throw new UnreadableDocument('The file is damaged: it could not be read as a Word document.', {
        cause,
      });
    });
  return htmlToExtraction(value);
}

interface Part {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * The parts that hold words. Throws unless every part unpacks to what the file's directory says and that is little enough:
 * the library would believe a lie and unpack it all. Parts are unpacked one at a time and never beyond their stated size.
 */
function unpackSafely(bytes: Uint8Array): Part[] {
  const directory = readZipDirectory(bytes);
  if (!directory.ok) throw new UnreadableDocument(`The file is damaged: ${directory.reason}.`);
  const tooMuch = tooMuchToUnpack(directory.entries);
  if (tooMuch) throw new UnreadableDocument(`The file is not safe to open: ${tooMuch}.`);
  const parts: Part[] = [];
  for (const entry of directory.entries) {
    const content = unpack(bytes, entry);
    if (/\.(?:xml|rels)$/.test(entry.name)) parts.push({ name: entry.name, content });
  }
  return parts;
}

function unpack(bytes: Uint8Array, entry: ZipEntry): Buffer {
  if (entry.unpackedBytes === 0) return Buffer.alloc(0);
  try {
    const packed = packedPart(bytes, entry);
    if (entry.method !== DEFLATED) return Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
    return inflateRawSync(packed, { maxOutputLength: entry.unpackedBytes });
  } catch (cause) {
    throw new UnreadableDocument('The file is damaged: a part of it does not unpack to what it should.', {
      cause,
    });
  }
}

/** A word with its reading over it (furigana) as the word alone; the library would leave out both. */
function withoutReadings({ name, content }: Part): Part {
  if (!content.includes(RUBY)) return { name, content };
  const words = content.toString('utf8').replaceAll(READING, '').replaceAll(RUBY_TAG, '');
  return { name, content: Buffer.from(words) };
}

function packedPart(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = entry.headerOffset;
  const start = at + LOCAL_HEADER_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  return bytes.subarray(start, start + entry.packedBytes);
}
