/** A part of an answer and the passage (by its place in the list, from 0) that it refers to. */
export interface CitedSpan {
  readonly start: number;
  readonly end: number;
  readonly passage: number;
}

export interface MarkedClaim extends CitedSpan {
  /** What is stated, without the markers. */
  readonly statement: string;
  /** Where the marker begins, and where the one of the statement before ends. */
  readonly marker: number;
  readonly floor: number;
}

/** `[1]`, `[1, 2]`, `[1-3]`; not the text of a link, `[1](…)`, nor its definition, `[1]: …`, nor a place in a list, `rules[1].when`. */
const MARKER = /\[(\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,19})\](?!\()/g;
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]+`/g;
/** How far before its marker a statement may begin. */
const MAX_CLAIM_CHARS = 1_000;
/** Shorter ones are names and terms within the statement. */
const MIN_QUOTATION_CHARS = 12;
const MAX_RANGE = 20;
/** Between markers of the same statement. */
const MAX_GAP_CHARS = 4;

/** For each marker of the answer that names one of `passageCount` passages: the statement that it stands behind. */
export function findMarkedClaims(answer: string, passageCount: number): MarkedClaim[] {
  const code = [...answer.matchAll(CODE)].map(({ index, 0: text }) => ({
    start: index,
    end: index + text.length,
  }));
  const claims: MarkedClaim[] = [];
  let codeAt = 0;
  let previous = { start: 0, end: 0, statement: '', marker: 0, floor: 0 };
  for (const match of answer.matchAll(MARKER)) {
    const from = match.index;
    const end = from + match[0].length;
    while ((code[codeAt]?.end ?? Number.POSITIVE_INFINITY) <= from) codeAt++;
    if ((code[codeAt]?.start ?? Number.POSITIVE_INFINITY) <= from) continue;
    const isDefinition = answer[end] === ':' && (from === 0 || answer[from - 1] === '\n');
    if (isDefinition) continue;
    if (isPlaceInList(answer, from, end)) continue;
    const named = passageNumbers(match[1] ?? '').filter((number) => number >= 1 && number <= passageCount);
    if (named.length === 0) continue;
    // `[1][2]` and `[1], [2]` stand behind one and the same statement.
    const gap = from - previous.end;
    const joined =
      previous.end > 0 && gap < MAX_GAP_CHARS && /^[\s,;]*$/.test(answer.slice(previous.end, from));
    const around = joined ? undefined : claimAround(answer, from, end, previous.end);
    const claim = around ? { ...around, marker: from, floor: previous.end } : { ...previous, end };
    for (const number of named) claims.push({ ...claim, passage: number - 1 });
    previous = { ...claim, end };
  }
  return claims;
}

/** `rules[1].when`; not `in 30 days [1].Then`, where somebody has left out a blank. */
function isPlaceInList(answer: string, from: number, end: number): boolean {
  const isJoined = /[\p{L}\p{N}_]$/u.test(answer.slice(Math.max(0, from - 2), from));
  return isJoined && /^\.[\p{L}_]/u.test(answer.slice(end, end + 3));
}

function passageNumbers(list: string): number[] {
  const numbers: number[] = [];
  for (const [, first, last] of list.matchAll(/(\d+)(?:\s?[–-]\s?(\d+))?/g)) {
    const from = Number(first);
    const to = last === undefined ? from : Math.min(Number(last), from + MAX_RANGE);
    for (let number = from; number <= to; number++) numbers.push(number);
  }
  return [...new Set(numbers)];
}

/** From the start of the sentence, or quotation, before the marker; a marker with nothing before it takes what follows. */
function claimAround(
  answer: string,
  from: number,
  end: number,
  floor: number,
): Pick<MarkedClaim, 'start' | 'end' | 'statement'> {
  const lowest = Math.max(floor, from - MAX_CLAIM_CHARS);
  const before = answer.slice(lowest, from);
  const said = before.trimEnd();
  const line = said.slice(said.lastIndexOf('\n') + 1);
  const onSameLine = said === before || !before.slice(said.length).includes('\n');
  const sentence = line.slice(lastSentenceStart(line));
  const words = sentence.replace(/^[\s>#*|+-]*(?:\d+[.)]\s+)?/, '');
  if (onSameLine && /[\p{L}\p{N}]/u.test(words)) {
    const start = lowest + said.length - words.length;
    const quotation = /["“„«][^"“”„«»]*["”»][.,;:]?$/.exec(words);
    const isQuoted = quotation !== null && quotation[0].length >= MIN_QUOTATION_CHARS;
    return isQuoted
      ? { start: start + quotation.index, end, statement: quotation[0] }
      : { start, end, statement: words };
  }
  const after =
    /^[^\n]*?(?:[.!?…](?=\s|$)|$|(?=\n)|(?=\[\d))/.exec(answer.slice(end, end + MAX_CLAIM_CHARS))?.[0] ?? '';
  return { start: from, end: end + after.trimEnd().length, statement: after.trim() };
}

/** Where the last sentence of a line begins; what ends the line itself does not count as an end before it. */
function lastSentenceStart(line: string): number {
  const body = line.replace(/[.!?…。！？"'”’»)*_\s]+$/, '');
  let start = 0;
  for (const match of body.matchAll(/[.!?…]["'”’»)*_]*\s+(?=[\p{Lu}\p{N}"“„«([*_])|[。！？]/gu)) {
    start = match.index + match[0].length;
  }
  return start;
}
