import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { leadsBack, resolve, type Suggest, type Walk } from './resolve-schema.ts';
import { count, fits } from './schema-fit.ts';
import { makeNumber, makeString } from './schema-scalars.ts';

const MAX_DEPTH = 24;
const MAX_OPTIONAL_DEPTH = 4;
const MAX_ITEMS = 1_000;

/**
 * A valid instance of a JSON Schema, always the same for the same schema. Knows type, enum, const, properties, required,
 * items, prefixItems, their counts, lengths, bounds, multipleOf, format, simple patterns, anyOf, oneOf, allOf, $ref.
 */
export function instanceOf(
  schema: JsonObject,
  options: { readonly suggest?: Suggest; readonly fillOptional?: boolean } = {},
): Json {
  const walk: Walk = {
    root: schema,
    suggest: options.suggest ?? (() => undefined),
    fillOptional: options.fillOptional ?? true,
    depth: 0,
    openRefs: [],
  };
  return make('', schema, walk, 0);
}

function make(name: string, raw: Json | undefined, outer: Walk, variant: number): Json {
  if (outer.depth > MAX_DEPTH) return null;
  const { schema, walk } = resolve(raw, { ...outer, depth: outer.depth + 1 });
  if ('const' in schema && schema.const !== undefined) return schema.const;
  // Further members of a set have to differ, so only the first takes what was suggested.
  const suggested = variant === 0 ? walk.suggest(name, schema) : undefined;
  if (suggested !== undefined && fits(suggested, schema)) return suggested;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) {
    return pick(schema.enum, schema, variant);
  }
  switch (typeOf(schema)) {
    case 'object':
      return makeObject(schema, walk);
    case 'array':
      return makeArray(name, schema, walk);
    case 'string':
      return makeString(name, schema, variant);
    case 'integer':
      return makeNumber(schema, true, variant);
    case 'number':
      return makeNumber(schema, false, variant);
    case 'boolean':
      return variant % 2 === 0;
    default:
      return null;
  }
}

function pick(values: readonly Json[], schema: JsonObject, variant: number): Json {
  const allowed = values.filter((value) =>
    fits(value, { ...(schema.type !== undefined && { type: schema.type }) }),
  );
  const list = allowed.length > 0 ? allowed : values;
  // `null` is a way out, not an answer, when there are others.
  const answers = list.filter((value) => value !== null);
  const from = answers.length > 0 ? answers : list;
  return from[variant % from.length] ?? null;
}

function typeOf(schema: JsonObject): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const first = type.find((entry) => entry !== 'null') ?? 'null';
    return typeof first === 'string' ? first : 'null';
  }
  if (isJsonObject(schema.properties) || Array.isArray(schema.required)) return 'object';
  if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array';
  if (schema.minimum !== undefined || schema.maximum !== undefined) return 'number';
  return 'string';
}

function makeObject(schema: JsonObject, walk: Walk): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const made: Record<string, Json> = {};
  const add = (key: string, value: Json) =>
    // A plain assignment to `__proto__` would not make a property.
    Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  for (const [key, property] of Object.entries(properties)) {
    const optional = !required.has(key);
    if (optional && !wanted(key, property, walk)) continue;
    if (property === false) continue;
    add(key, make(key, property, walk, 0));
  }
  const extra = isJsonObject(schema.additionalProperties) ? schema.additionalProperties : {};
  for (const key of required) {
    if (typeof key === 'string' && !Object.hasOwn(made, key)) add(key, make(key, extra, walk, 0));
  }
  const least = Math.min(count(schema.minProperties), MAX_ITEMS);
  for (let i = 1; Object.keys(made).length < least; i++) add(`property${i}`, make('', extra, walk, i));
  return made;
}

function wanted(key: string, property: Json, walk: Walk): boolean {
  if (leadsBack(property, walk)) return false;
  if (walk.fillOptional) return walk.depth <= MAX_OPTIONAL_DEPTH;
  const { schema } = resolve(property, walk);
  const suggested = walk.suggest(key, schema);
  return suggested !== undefined && fits(suggested, schema);
}

function makeArray(name: string, schema: JsonObject, walk: Walk): Json {
  const least = Math.min(count(schema.minItems), MAX_ITEMS);
  const most = schema.maxItems === undefined ? Number.POSITIVE_INFINITY : count(schema.maxItems);
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
  const made: Json[] = prefix.slice(0, most).map((entry) => make(name, entry, walk, 0));
  const items = schema.items;
  const one = items !== false && !leadsBack(items, walk) && walk.depth <= MAX_DEPTH / 2 ? 1 : 0;
  const length = Math.min(most, Math.max(least, prefix.length, prefix.length > 0 ? 0 : one));
  for (let i = made.length; i < length; i++) {
    made.push(make(name, isJsonObject(items) ? items : {}, walk, schema.uniqueItems === true ? i : 0));
  }
  return made;
}
