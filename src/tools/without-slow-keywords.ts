import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

const DROPPED = new Set(['$schema', '$id', '$async', 'pattern', 'patternProperties', 'uniqueItems']);
/** Would refuse what `patternProperties` allowed. */
const CLOSING = new Set(['additionalProperties', 'unevaluatedProperties']);
/** Their members are schemas, under names that are not keywords. */
const MAPS = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);
const DATA = new Set(['enum', 'const', 'default', 'examples', 'required', 'dependentRequired']);

/**
 * A copy of a schema without what may run longer than the arguments are long: schemas also come from custom tools, and a
 * hostile `pattern` or a big `uniqueItems` would stop the whole process. Whoever made the tool checks these again. The
 * names of dialects and ids go too: every schema is compiled by the one dialect, and ids of two tools may clash.
 */
export function withoutSlowKeywords(schema: JsonObject): JsonObject {
  const isOpen = Object.hasOwn(schema, 'patternProperties');
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !DROPPED.has(keyword) && !(isOpen && CLOSING.has(keyword)))
      .map(([keyword, value]) => [keyword, inside(keyword, value)]),
  );
}

function inside(keyword: string, value: Json): Json {
  if (DATA.has(keyword)) return value;
  if (MAPS.has(keyword) && isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, tamed(schema)]));
  }
  return tamed(value);
}

function tamed(value: Json): Json {
  if (Array.isArray(value)) return value.map(tamed);
  return isJsonObject(value) ? withoutSlowKeywords(value) : value;
}
