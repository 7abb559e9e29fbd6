import { isJsonObject, type Json, type JsonObject, MAX_JSON_DEPTH } from '../../lib/json.ts';
import { MAX_TEXT_CHARS } from '../limits.ts';
import { cleanText, decodeText } from './decode-text.ts';
import { type Extraction, UnreadableDocument } from './extraction.ts';
import { joinRecords } from './join-records.ts';

/** May hold numbers that are other digits once parsed. */
const MAYBE_CHANGED = /\d{16}|\d\.\d*0(?!\d)|\d[eE]/;

/**
 * JSON as `path: value` lines; an array of objects, wherever it stands, or a file with one object a line, as records. Text
 * that is not quite JSON (comments, a broken end) is kept as it is.
 */
export function readJson(bytes: Uint8Array): Extraction {
  const text = cleanText(decodeText(bytes));
  const value = parseLoosely(text);
  if (value === undefined) return { text, headings: [] };
  const budget = { chars: MAX_TEXT_CHARS };
  const records = recordsOf(value);
  return joinRecords(
    records ? records.map((record) => pathLines(record, '', budget)) : linesAndRecords(value, budget),
  );
}

function parseLoosely(text: string): Json | undefined {
  try {
    return parse(text);
  } catch {
    return parseLines(text);
  }
}

function parse(text: string): Json {
  const value: Json = JSON.parse(text);
  if (!MAYBE_CHANGED.test(text)) return value;
  try {
    // Its third argument is not in TypeScript's library yet.
    return JSON.parse(text, asWritten as (key: string, value: Json) => Json);
  } catch {
    // So deep that it is refused in the end.
    return value;
  }
}

/** The digits of an order's number or a price must stay: 1.10 is not 1.1, nor 12345678901234567890 ...567000. */
function asWritten(_key: string, value: Json, { source }: { readonly source?: string }): Json {
  return typeof value === 'number' ? (source ?? value) : value;
}

function parseLines(text: string): Json | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return undefined;
  try {
    return lines.map(parse);
  } catch {
    return undefined;
  }
}

/** The objects that a file is a list of: at its top, or under its only key. */
function recordsOf(value: Json): readonly JsonObject[] | undefined {
  const only = isJsonObject(value) ? Object.values(value) : [];
  const list = Array.isArray(value)
    ? value
    : only.length === 1 && Array.isArray(only[0])
      ? only[0]
      : undefined;
  return list && list.length > 0 && list.every(isJsonObject) ? list : undefined;
}

/** What an object says itself, then the members of the lists of objects in it, each a record. */
function linesAndRecords(value: Json, budget: { chars: number }): string[][] {
  const own: string[] = [];
  const records: string[][] = [];
  const read = (part: Json, path: string, depth: number) => {
    if (Array.isArray(part) && part.length > 1 && part.every(isJsonObject)) {
      for (const [index, member] of part.entries())
        records.push(pathLines(member, `${path}[${index}]`, budget, depth + 1));
    } else if (isJsonObject(part) && depth < MAX_JSON_DEPTH) {
      for (const [key, member] of Object.entries(part)) read(member, under(path, key), depth + 1);
    } else own.push(...pathLines(part, path, budget, depth));
  };
  read(value, '', 0);
  return [own, ...records];
}

function under(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** One line for each value that is neither object nor array. Throws when the paths come to more text than is allowed. */
function pathLines(value: Json, path: string, budget: { chars: number }, depth = 0): string[] {
  if (depth > MAX_JSON_DEPTH) {
    throw new UnreadableDocument(`The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  }
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object' || item === null);
    if (plain) return value.length === 0 ? [] : [line(path, value.map(String).join(', '), budget)];
    return value.flatMap((item, index) => pathLines(item, `${path}[${index}]`, budget, depth + 1));
  }
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, member]) =>
      pathLines(member, under(path, key), budget, depth + 1),
    );
  }
  return value === null || value === '' ? [] : [line(path, String(value), budget)];
}

function line(path: string, value: string, budget: { chars: number }): string {
  // What was written as \u0000 or \u00ad is in the text only now.
  const text = cleanText(path === '' ? value : `${path}: ${value}`);
  budget.chars -= text.length;
  if (budget.chars < 0) {
    throw new UnreadableDocument(
      'The JSON comes to more than 5 million characters of text. Split it into smaller files.',
    );
  }
  return text;
}
