import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

/** Their members are schemas, under names that are not keywords. */
const MAPS = new Set([
  ...['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'],
]);
const ONES = new Set([
  ...['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'contains', 'contentSchema'],
  ...['additionalProperties', 'unevaluatedProperties', 'propertyNames'],
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
]);
const DATA = new Set(['enum', 'const', 'default', 'example', 'examples', 'required', 'dependentRequired']);

/** Where a schema stands in another one. */
export interface Inside {
  readonly path: readonly string[];
  /** Under a keyword that means schemas. Others hold what only a reference may lead to, or nothing of the kind. */
  readonly isMeant: boolean;
}

type Change = (schema: JsonObject, inside: Inside) => Json;

/** A copy with every schema that stands directly in this one changed; what only looks like one is left as it is. */
export function mapInside(schema: JsonObject, change: Change): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (DATA.has(keyword)) return [keyword, value];
      const isMap = MAPS.has(keyword) && isJsonObject(value);
      const inside = { path: [keyword], isMeant: isMap || ONES.has(keyword) };
      return [keyword, isMap ? mapNamed(value, inside, change) : mapOne(value, inside, change)];
    }),
  );
}

function mapNamed(schemas: JsonObject, inside: Inside, change: Change): JsonObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, one]) => [name, mapOne(one, below(inside, name), change)]),
  );
}

function mapOne(value: Json, inside: Inside, change: Change): Json {
  if (Array.isArray(value))
    return value.map((one, index) => mapOne(one, below(inside, String(index)), change));
  return isJsonObject(value) ? change(value, inside) : value;
}

function below({ path, isMeant }: Inside, segment: string): Inside {
  return { path: [...path, segment], isMeant };
}
