import { guessEncoding } from './guess-encoding.ts';

/**
 * Text of any of the encodings that files come in: by its byte order mark, by the NULs of UTF-16, as UTF-8 where that
 * is valid, as what the file says of itself, else as what its bytes look like.
 */
export function decodeText(bytes: Uint8Array, declaredCharset?: string): string {
  const bom = encodingOfBom(bytes);
  if (bom) return new TextDecoder(bom).decode(bytes);
  const wide = encodingOfNuls(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const declared = decoderFor(declaredCharset);
    // It is not valid UTF-8, whatever it says, and UTF-16 would have shown by its NULs.
    const decoder =
      declared && !declared.encoding.startsWith('utf-') ? declared : decoderFor(guessEncoding(bytes));
    return (decoder ?? new TextDecoder('windows-1252')).decode(bytes);
  }
}

/** Undefined for an encoding that nobody knows. */
function decoderFor(charset: string | undefined): TextDecoder | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined;
  }
}

function encodingOfBom(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return undefined;
}

function encodingOfNuls(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < head.length; i++) {
    if (head[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  if (even + odd < head.length * 0.3) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/**
 * Makes text that can be stored, searched and pointed into: line ends are `\n`, there are no control characters but line
 * end and tab, no soft hyphens, which would cut words in two, and no half surrogates, which a database would change and
 * so shift every offset.
 */
export function cleanText(text: string): string {
  return (
    text
      .replaceAll(/\r\n?|\u2028|\u2029|\f|\v/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replaceAll(/[\u0000-\u0008\u000e-\u001f\u007f\u00ad\ufeff]/g, '')
      .toWellFormed()
  );
}
