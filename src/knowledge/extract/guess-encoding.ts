import { analyse } from 'chardet';

/** Statistics need no more. */
const SAMPLE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
/** Fewer letters beyond ASCII are a name or a sign of money: they say nothing. */
const MIN_TELLING_BYTES = 16;
const WESTERN = new Set(['ISO-8859-1', 'windows-1252', 'ASCII']);
/** Their byte pairs show in the bytes themselves, so what is them is nearly certain. */
const PAIRED = new Set(['Shift_JIS', 'EUC-JP', 'EUC-KR', 'GB18030', 'Big5']);
/** Their letters beyond ASCII stand among others; of all further alphabets whole words are beyond ASCII. */
const LATIN = new Set(['ISO-8859-2', 'ISO-8859-9', 'windows-1250', 'windows-1254']);
const MIN_CONFIDENCE = { paired: 80, single: 30 } as const;
/** Of UTF-8 a few bytes may be damaged: an end that was cut off, a line from elsewhere. */
const MAX_DAMAGE = 0.2;
/** How much likelier than Western text another alphabet must be. */
const MARGIN = 10;

/**
 * The encoding of text that is not valid UTF-8 and does not name it: by which bytes go together and which are frequent.
 * Windows-1252 where nothing else is clearly likelier.
 */
export function guessEncoding(bytes: Uint8Array): string {
  const sample = tellingPart(bytes);
  if (isDamagedUtf8(sample)) return 'utf-8';
  if (sample.filter((byte) => byte >= 0x80).length < MIN_TELLING_BYTES) return 'windows-1252';
  const matches = analyse(sample);
  const [best] = matches;
  if (!best || WESTERN.has(best.name)) return 'windows-1252';
  const western = Math.max(
    0,
    ...matches.flatMap(({ name, confidence }) => (WESTERN.has(name) ? confidence : [])),
  );
  const isClear = PAIRED.has(best.name)
    ? best.confidence >= MIN_CONFIDENCE.paired
    : best.confidence >= MIN_CONFIDENCE.single &&
      best.confidence >= western + MARGIN &&
      (LATIN.has(best.name) || isInWords(sample));
  return isClear ? best.name : 'windows-1252';
}

/** Whether most bytes beyond ASCII have another beside them: the signs of `10 × 20 cm` and `£5` have none. */
function isInWords(sample: Uint8Array): boolean {
  let all = 0;
  let inWords = 0;
  for (const [at, byte] of sample.entries()) {
    if (byte < 0x80) continue;
    all += 1;
    if ((sample[at - 1] ?? 0) >= 0x80 || (sample[at + 1] ?? 0) >= 0x80) inWords += 1;
  }
  return inWords * 2 > all;
}

/**
 * Only lines with bytes beyond ASCII, without a page's tags and scripts: all else is the same in every encoding. None has
 * the bytes of line ends and brackets within its characters.
 */
function tellingPart(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(SAMPLE_BYTES);
  let length = 0;
  let start = 0;
  let isTelling = false;
  for (let at = 0; at <= bytes.length && length < SAMPLE_BYTES; at++) {
    const byte = bytes[at] ?? NEWLINE;
    if (byte >= 0x80) isTelling = true;
    if (byte !== NEWLINE && byte !== LESS_THAN && byte !== GREATER_THAN) continue;
    if (isTelling) {
      const line = bytes.subarray(start, Math.min(at, start + SAMPLE_BYTES - length));
      sample.set(line, length);
      length += line.length;
      if (length < SAMPLE_BYTES) sample[length++] = NEWLINE;
    }
    start = at + 1;
    isTelling = false;
  }
  return sample.subarray(0, length);
}

/** Letters of two bytes and more do not come about by chance. */
function isDamagedUtf8(sample: Uint8Array): boolean {
  const beyondAscii = new TextDecoder().decode(sample).match(/[\u0080-\u{10ffff}]/gu) ?? [];
  const damaged = beyondAscii.filter((character) => character === '\ufffd').length;
  return damaged < beyondAscii.length * MAX_DAMAGE;
}
