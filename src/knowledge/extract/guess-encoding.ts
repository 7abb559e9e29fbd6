import { analyse } from 'chardet';

/** Statistics need no more. */
const SAMPLE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
/** Fewer letters beyond ASCII are a name or a sign of money: they say nothing, unless they make up whole words. */
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

const KANA = /[\u3041-\u30fa]/;
const JAPANESE = /[\p{Script=Han}\u3001-\u30ff\uff01-\uff60]/gu;
/** `mark` stands in any text of the script; what else is written with it is in `script`. */
const EASTERN = [
  { encoding: 'Shift_JIS', mark: KANA, script: JAPANESE },
  { encoding: 'EUC-JP', mark: KANA, script: JAPANESE },
  { encoding: 'EUC-KR', mark: /[\uac00-\ud7a3]{2}/, script: /[\uac00-\ud7a3\u3001-\u3015]/g },
] as const;
const MIN_OF_SCRIPT = 0.9;

/**
 * The encoding of text that is not valid UTF-8 and does not name it: by which bytes go together and which are frequent.
 * Windows-1252 where nothing else is clearly likelier.
 */
export function guessEncoding(bytes: Uint8Array): string {
  const sample = tellingPart(bytes);
  if (isDamagedUtf8(sample)) return 'utf-8';
  const eastern = guessByScript(sample);
  if (eastern) return eastern;
  const isShort = sample.filter((byte) => byte >= 0x80).length < MIN_TELLING_BYTES;
  if (isShort && !isInWords(sample, 3)) return 'windows-1252';
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
      (LATIN.has(best.name) ? !isShort : isInWords(sample, 2));
  // In a long text a byte may be damaged, in a few words it says that the guess is wrong.
  const isPossible = !isShort || decodeStrictly(best.name, sample) !== undefined;
  return isClear && isPossible ? best.name : 'windows-1252';
}

/**
 * Japanese by its kana and Korean by two syllables in a row, where the text is valid and holds next to nothing else: what
 * is so by chance has signs that nobody writes. Says it of a few words already, which statistics do not.
 */
function guessByScript(sample: Uint8Array): string | undefined {
  return EASTERN.find(({ encoding, mark, script }) => {
    const text = decodeStrictly(encoding, sample);
    const beyondAscii = text?.match(/[\u0080-\u{10ffff}]/gu)?.length ?? 0;
    return text?.match(mark) && (text.match(script)?.length ?? 0) >= beyondAscii * MIN_OF_SCRIPT;
  })?.encoding;
}

/** Undefined where it is not valid; its end may be cut off. */
function decodeStrictly(encoding: string, sample: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
  } catch {
    return undefined;
  }
}

/** Whether most bytes beyond ASCII stand in rows of so many: the signs of `10 × 20 cm` and `£5` stand alone. */
function isInWords(sample: Uint8Array, row: number): boolean {
  let all = 0;
  let inWords = 0;
  for (let at = 0; at < sample.length; at++) {
    let length = 0;
    while ((sample[at + length] ?? 0) >= 0x80) length++;
    all += length;
    if (length >= row) inWords += length;
    at += length;
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
