import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { mapInside } from './map-inside.ts';

/**
 * Marks of other languages' expressions: Python's (?P<name>…) and (?i), comments, conditions, atomic groups, and
 * quantifiers that give nothing back. Patterns are never run here, so what only looks wrong to JavaScript is no fault.
 */
const FOREIGN = /\(\?(?:P|#|>|\(|\||R|&|'|\^|[0-9+]|-?[a-zA-Z]{1,9}(?:-[a-zA-Z]{1,9})?[):])|[*+?}]\+/;

/** What is wrong with the first pattern that no language can read; undefined where there is none. */
export function patternFaultOf(schema: JsonObject): string | undefined {
  const { pattern, patternProperties } = schema;
  const patterns = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
  let fault = (typeof pattern === 'string' ? [pattern, ...patterns] : patterns)
    .map(faultOf)
    .find((one) => one !== undefined);
  mapInside(schema, (inner, { isMeant }) => {
    if (isMeant) fault ??= patternFaultOf(inner);
    return inner;
  });
  return fault;
}

function faultOf(pattern: string): string | undefined {
  try {
    // What is right by the older rules is right enough: without the flag u.
    new RegExp(pattern);
    return undefined;
  } catch (cause) {
    if (FOREIGN.test(pattern)) return undefined;
    return cause instanceof Error ? cause.message : 'it has a pattern that is none';
  }
}
