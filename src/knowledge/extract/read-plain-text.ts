import { cleanText, decodeText } from './decode-text.ts';
import type { Extraction } from './extraction.ts';

export function readPlainText(bytes: Uint8Array): Extraction {
  return { text: cleanText(decodeText(bytes)), headings: [] };
}
