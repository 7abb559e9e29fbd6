import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

const DIALECT = new Set(['$schema', '$id', '$async']);
const SLOW = new Set(['pattern', 'patternProperties', 'uniqueItems']);
/** Would refuse what `patternProperties` allowed. */
const CLOSING = new Set(['additionalProperties', 'unevaluatedProperties']);
/** Their members are schemas, under names that are not keywords. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const DATA = new Set(['enum', 'const', 'default', 'examples', 'required', 'dependentRequired']);

/**
 * A copy of a schema without what may run longer than the arguments are long: schemas also come from custom tools, and a
 * hostile `pattern` or a big `uniqueItems` would stop the whole process. Whoever made the tool checks these again. The
 * names of dialects and ids go too, as withoutDialect says.
 */
export function withoutSlowKeywords(schema: JsonObject): JsonObject {
  return without(schema, (keyword, { patternProperties }) => {
    if (DIALECT.has(keyword) || SLOW.has(keyword)) return true;
    return patternProperties !== undefined && CLOSING.has(keyword);
  });
}

/** A copy without the names of dialects and ids: every schema is compiled by the one dialect, and ids of two may clash. */
export function withoutDialect(schema: JsonObject): JsonObject {
  return without(schema, (keyword) => DIALECT.has(keyword));
}

type IsDropped = (keyword: string, schema: JsonObject) => boolean;

function without(schema: JsonObject, isDropped: IsDropped): JsonObject {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !isDropped(keyword, schema))
      .map(([keyword, value]) => [keyword, inside(keyword, value, isDropped)]),
  );
}

function inside(keyword: string, value: Json, isDropped: IsDropped): Json {
  if (DATA.has(keyword)) return value;
  if (MAPS.has(keyword) && isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, schema]) => [name, tamed(schema, isDropped)]),
    );
  }
  return tamed(value, isDropped);
}

function tamed(value: Json, isDropped: IsDropped): Json {
  if (Array.isArray(value)) return value.map((one) => tamed(one, isDropped));
  return isJsonObject(value) ? without(value, isDropped) : value;
}
