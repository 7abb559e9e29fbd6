import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

/** Gives the value of a place in the instance, or undefined where it knows none. It is checked against the schema. */
export type Suggest = (name: string, schema: JsonObject) => Json | undefined;

interface Walk {
  readonly root: JsonObject;
  readonly suggest: Suggest;
  /** Optional properties are filled too, as long as the instance stays small. */
  readonly fillOptional: boolean;
  readonly depth: number;
  readonly openRefs: readonly string[];
}

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

/** Follows references, merges allOf and chooses one of anyOf and oneOf, until plain keywords are left. */
function resolve(raw: Json | undefined, outer: Walk): { schema: JsonObject; walk: Walk } {
  let schema: JsonObject = isJsonObject(raw) ? raw : {};
  let walk = outer;
  for (let round = 0; round < 32; round++) {
    if (typeof schema.$ref === 'string') {
      const { $ref: ref, ...beside } = schema;
      walk = { ...walk, openRefs: [...walk.openRefs, String(ref)] };
      schema = merge(follow(String(ref), walk.root), beside);
    } else if (Array.isArray(schema.allOf)) {
      const { allOf, ...beside } = schema;
      const parts = Array.isArray(allOf) ? allOf : [];
      schema = parts.reduce<JsonObject>((sum, part) => {
        const resolved = resolve(part, walk);
        walk = { ...walk, openRefs: resolved.walk.openRefs };
        return merge(sum, resolved.schema);
      }, beside);
    } else if (Array.isArray(schema.anyOf) || Array.isArray(schema.oneOf)) {
      const { anyOf, oneOf, ...beside } = schema;
      const options = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : [];
      const chosen = choose(options, walk);
      schema = merge(beside, isJsonObject(chosen) ? chosen : {});
      if (Array.isArray(anyOf) && Array.isArray(oneOf)) schema = { ...schema, oneOf };
    } else break;
  }
  return { schema, walk };
}

/** The first option that says something and does not lead back to where we are; null only when nothing else is left. */
function choose(options: readonly Json[], walk: Walk): Json | undefined {
  const open = options.filter((option) => !leadsBack(option, walk));
  const list = open.length > 0 ? open : options;
  return list.find((option) => !(isJsonObject(option) && option.type === 'null')) ?? list[0];
}

function leadsBack(schema: Json | undefined, walk: Walk): boolean {
  if (!isJsonObject(schema)) return false;
  if (typeof schema.$ref === 'string') return walk.openRefs.includes(schema.$ref);
  if (isJsonObject(schema.items) && count(schema.minItems) > 0) return leadsBack(schema.items, walk);
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  return required.some((key) => typeof key === 'string' && leadsBack(properties[key], walk));
}

function follow(ref: string, root: JsonObject): JsonObject {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return {};
  let place: Json | undefined = root;
  for (const raw of ref.slice(2).split('/')) {
    const key = decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(place)) place = place[Number(key)];
    else place = isJsonObject(place) ? place[key] : undefined;
  }
  return isJsonObject(place) ? place : {};
}

/** Both at once: the stricter of two bounds, all properties, all that is required. */
function merge(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = merged[key];
    if (before === undefined) merged[key] = value;
    else if (key === 'properties' && isJsonObject(before) && isJsonObject(value)) {
      merged[key] = mergeProperties(before, value);
    } else if (key === 'required' && Array.isArray(before) && Array.isArray(value)) {
      merged[key] = [...new Set([...before, ...value])];
    } else if (key === 'type') {
      merged[key] = commonTypes(before, value);
    } else if (key === 'enum' && Array.isArray(before) && Array.isArray(value)) {
      merged[key] = before.filter((entry) => value.some((other) => same(entry, other)));
    } else if (typeof before === 'number' && typeof value === 'number') {
      const least = key.startsWith('min') || key === 'exclusiveMinimum';
      merged[key] = least ? Math.max(before, value) : Math.min(before, value);
    } else if (key === 'allOf' && Array.isArray(before) && Array.isArray(value)) {
      merged[key] = [...before, ...value];
    } else merged[key] = value;
  }
  return merged;
}

function commonTypes(a: Json, b: Json): Json {
  const left = Array.isArray(a) ? a : [a];
  const right = Array.isArray(b) ? b : [b];
  const covers = (wide: Json, type: Json) => wide === type || (wide === 'number' && type === 'integer');
  const common = [...left, ...right].filter(
    (type) => left.some((other) => covers(other, type)) && right.some((other) => covers(other, type)),
  );
  return common.length === 0 ? b : [...new Set(common)];
}

function mergeProperties(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = merged[key];
    merged[key] = before === undefined ? value : { allOf: [before, value] };
  }
  return merged;
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

const FORMATS: Readonly<Record<string, (variant: number) => string>> = {
  'date-time': (n) => `2026-01-01T00:00:${pad(n)}Z`,
  date: (n) => `2026-01-${pad((n % 28) + 1)}`,
  time: (n) => `00:00:${pad(n)}Z`,
  duration: (n) => `PT${n + 1}S`,
  email: (n) => `sandbox${n || ''}@example.com`,
  'idn-email': (n) => `sandbox${n || ''}@example.com`,
  hostname: (n) => `host${n || ''}.example.com`,
  'idn-hostname': (n) => `host${n || ''}.example.com`,
  ipv4: (n) => `192.0.2.${(n % 254) + 1}`,
  ipv6: (n) => `2001:db8::${(n + 1).toString(16)}`,
  uri: (n) => `https://example.com/${n || ''}`,
  iri: (n) => `https://example.com/${n || ''}`,
  url: (n) => `https://example.com/${n || ''}`,
  'uri-reference': (n) => `/${n || ''}`,
  uuid: (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
  'json-pointer': (n) => `/${n}`,
  regex: (n) => `^${n}$`,
};

const PATTERN_CANDIDATES = [
  ...[
    'a',
    'A',
    '1',
    'ab',
    'AB',
    'abc',
    'ABC',
    'Abc',
    '12',
    '123',
    '1234',
    '12345',
    '123456',
    '12345-6789',
    'abc123',
  ],
  ...[
    'ABC123',
    'ABC-123',
    'AB-1234',
    'a-b',
    'a_b',
    '1.0',
    '1.0.0',
    '2026-01-01',
    '00:00',
    '12:00',
    '#a1b2c3',
    '+15550100',
  ],
  ...[
    '555-0100',
    '(555) 555-0100',
    'en',
    'en-US',
    'USD',
    'sandbox',
    'Sandbox',
    'a@example.com',
    'https://example.com',
  ],
  ...['00000000-0000-4000-8000-000000000000', 'deadbeef', '$1.00', '1%', '/a', 'a.b', 'A1', 'a1', 'A1B 2C3'],
];

function makeString(name: string, schema: JsonObject, variant: number): string {
  const least = Math.min(count(schema.minLength), 100_000);
  const most = schema.maxLength === undefined ? Number.POSITIVE_INFINITY : count(schema.maxLength);
  if (typeof schema.pattern === 'string') {
    const pattern = schema.pattern;
    const found = PATTERN_CANDIDATES.filter((text) => fits(text, { ...schema, pattern }));
    if (found.length > 0) return found[variant % found.length] ?? '';
  }
  const format = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
  if (format !== undefined) return format(variant);
  let text = variant === 0 ? name || 'sandbox' : `${name || 'sandbox'} ${variant + 1}`;
  if (text.length > most && variant > 0) text = String(variant);
  return text.padEnd(least, '.').slice(0, most);
}

function makeNumber(schema: JsonObject, integer: boolean, variant: number): number {
  const over =
    bound(schema.exclusiveMinimum) ?? (schema.exclusiveMinimum === true ? bound(schema.minimum) : undefined);
  const under =
    bound(schema.exclusiveMaximum) ?? (schema.exclusiveMaximum === true ? bound(schema.maximum) : undefined);
  const step = bound(schema.multipleOf) ?? (integer ? 1 : undefined);
  let low = bound(schema.minimum) ?? Number.NEGATIVE_INFINITY;
  let high = bound(schema.maximum) ?? Number.POSITIVE_INFINITY;
  const nudge = step ?? between(over, under);
  if (over !== undefined)
    low = Math.max(low, step === undefined ? over + nudge : (Math.floor(over / step) + 1) * step);
  if (under !== undefined)
    high = Math.min(high, step === undefined ? under - nudge : (Math.ceil(under / step) - 1) * step);
  let value = Math.min(high, Math.max(low, step ?? 1)) + variant * nudge;
  if (step !== undefined) value = Math.ceil(value / step - 1e-9) * step;
  if (value > high) value = step === undefined ? high : Math.floor(high / step) * step;
  return value;
}

function between(over: number | undefined, under: number | undefined): number {
  if (over === undefined || under === undefined) return 1;
  return Math.min(1, (under - over) / 2);
}

/** Only what a suggestion can get wrong; what we make ourselves is right by the way it is made. */
function fits(value: Json, schema: JsonObject): boolean {
  if ('const' in schema && !same(value, schema.const)) return false;
  if (Array.isArray(schema.enum) && !schema.enum.some((entry) => same(entry, value))) return false;
  const types =
    typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : undefined;
  if (types !== undefined && !types.some((type) => isOfType(value, type))) return false;
  if (typeof value === 'string') return stringFits(value, schema);
  if (typeof value !== 'number') return true;
  return (
    value >= (bound(schema.minimum) ?? value) &&
    value <= (bound(schema.maximum) ?? value) &&
    value > (bound(schema.exclusiveMinimum) ?? Number.NEGATIVE_INFINITY) &&
    value < (bound(schema.exclusiveMaximum) ?? Number.POSITIVE_INFINITY) &&
    (bound(schema.multipleOf) === undefined || Number.isInteger(value / (bound(schema.multipleOf) ?? 1)))
  );
}

function stringFits(value: string, schema: JsonObject): boolean {
  const length = [...value].length;
  if (length < count(schema.minLength)) return false;
  if (schema.maxLength !== undefined && length > count(schema.maxLength)) return false;
  if (typeof schema.pattern !== 'string') return true;
  try {
    return new RegExp(schema.pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function isOfType(value: Json, type: Json): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    default:
      return typeof value === type;
  }
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function bound(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function count(value: Json | undefined): number {
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}

function pad(value: number): string {
  return String(value % 60).padStart(2, '0');
}
