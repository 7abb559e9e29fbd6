import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { CLOSING, SLOW } from './checkable-schema.ts';
import { mapInside } from './map-inside.ts';

/** What stands in these turns a check that is left out into one that fails. */
const TURNING = ['not', 'oneOf', 'if', 'then', 'else', 'contains', 'minContains', 'maxContains'];

/** Whether a schema has keywords that `toCheckable` leaves out. */
export function hasDetails(schema: JsonObject): boolean {
  let found = 'format' in schema || Object.keys(schema).some((keyword) => SLOW.has(keyword));
  mapInside(schema, (inner) => {
    found ||= hasDetails(inner);
    return inner;
  });
  return found;
}

/** A copy without the patterns that cannot be run, and without what would mean something else for that. */
export function withoutUnreadablePatterns(
  schema: JsonObject,
  isReadable: (pattern: string) => boolean,
): JsonObject {
  const left = new Set<string>();
  const { pattern, patternProperties } = schema;
  if (typeof pattern === 'string' && !isReadable(pattern)) left.add('pattern');
  if (isJsonObject(patternProperties) && !Object.keys(patternProperties).every(isReadable)) {
    for (const keyword of ['patternProperties', ...CLOSING]) left.add(keyword);
  }
  const turns = TURNING.filter((keyword) => keyword in schema);
  const turning = Object.fromEntries(turns.map((keyword) => [keyword, schema[keyword] ?? null]));
  if (turns.length > 0 && hasUnreadable(turning, isReadable)) for (const keyword of turns) left.add(keyword);
  const kept = Object.entries(schema).filter(([keyword]) => !left.has(keyword));
  return mapInside(Object.fromEntries(kept), (inner) => withoutUnreadablePatterns(inner, isReadable));
}

function hasUnreadable(schema: JsonObject, isReadable: (pattern: string) => boolean): boolean {
  const { pattern, patternProperties } = schema;
  if (typeof pattern === 'string' && !isReadable(pattern)) return true;
  if (isJsonObject(patternProperties) && !Object.keys(patternProperties).every(isReadable)) return true;
  let found = false;
  mapInside(schema, (inner) => {
    found ||= hasUnreadable(inner, isReadable);
    return inner;
  });
  return found;
}
