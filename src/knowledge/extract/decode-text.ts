/**
 * Text of any of the encodings that files come in: by its byte order mark, by the NULs of UTF-16, as UTF-8 where that
 * is valid, else as Windows-1252, of which every byte means something.
 */
export function decodeText(bytes: Uint8Array, declaredCharset?: string): string {
  const bom = encodingOfBom(bytes);
  if (bom) return new TextDecoder(bom).decode(bytes);
  const wide = encodingOfNuls(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decoderFor(declaredCharset).decode(bytes);
  }
}

function decoderFor(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset ?? 'windows-1252');
  } catch {
    return new TextDecoder('windows-1252');
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
 * Makes text that can be stored and pointed into: line ends are `\n`, there are no control characters but line end and
 * tab, and no half surrogates, which a database would change and so shift every offset.
 */
export function cleanText(text: string): string {
  return (
    text
      .replaceAll(/\r\n?|\u2028|\u2029|\f|\v/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replaceAll(/[\u0000-\u0008\u000e-\u001f\u007f\ufeff]/g, '')
      .toWellFormed()
  );
}
