import { commonErrors, type MusterError } from './errors.ts';

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** JSON.stringify overflows the stack near 20,000 levels, so depth is bounded where text comes in. */
export const MAX_JSON_DEPTH = 64;
/** Objects with very many keys cost far more to build than their text is long. */
const MAX_JSON_MEMBERS = 100_000;
/** Objects, arrays and what they list; megabytes of `{},` would hold the event loop for seconds. */
const MAX_JSON_VALUES = 500_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses untrusted JSON text, or throws `invalid_json`: refuses depth over 64, duplicate keys (two readers of one body
 * must not see two different requests), more than 100,000 keys, and the keys that reach an object's prototype.
 */
export function parseJson(text: string): Json {
  const memberCount = scan(text);
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(`The body is not valid JSON: ${cause instanceof Error ? cause.message : 'parse error'}`);
  }
  if (memberCount > 0 && countMembers(value) !== memberCount) {
    throw refuse('The JSON repeats a key inside one object. Send each key once.');
  }
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One pass over the text: bounds the depth and counts the members (colons outside strings). */
function scan(text: string): number {
  let depth = 0;
  let members = 0;
  let values = 0;
  const countValue = (): void => {
    if (++values > MAX_JSON_VALUES) throw refuse(`The JSON holds more than ${MAX_JSON_VALUES} values.`);
  };
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case 0x7b: // {
      case 0x5b: // [
        countValue();
        if (++depth > MAX_JSON_DEPTH)
          throw refuse(`The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      case 0x2c: // ,
        countValue();
        break;
      case 0x3a: // :
        if (++members > MAX_JSON_MEMBERS) throw refuse(`The JSON has more than ${MAX_JSON_MEMBERS} keys.`);
        break;
    }
  }
  return members;
}

/** The index of the quote that closes the string opened at `start`; the text's end when it is never closed. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

function countMembers(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item);
    return count;
  }
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw refuse(`The key '${key}' is not accepted in a JSON body.`);
    }
    count += 1;
    if (typeof member === 'object') count += countMembers(member);
  }
  return count;
}

function refuse(message: string): MusterError {
  return commonErrors.invalid_json(message, { field: 'body', reason: message });
}
