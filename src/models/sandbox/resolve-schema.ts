import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { count, same } from './schema-fit.ts';

/** Gives the value of a place in the instance, or undefined where it knows none. It is checked against the schema. */
export type Suggest = (name: string, schema: JsonObject) => Json | undefined;

export interface Walk {
  readonly root: JsonObject;
  readonly suggest: Suggest;
  /** Optional properties are filled too, as long as the instance stays small. */
  readonly fillOptional: boolean;
  readonly depth: number;
  readonly openRefs: readonly string[];
}

/**
 * Follows references, merges allOf and chooses one of anyOf and oneOf, until plain keywords are left. A reference says
 * nothing new the second time, so one that comes back to itself ends there; `followed` are those of this place.
 */
export function resolve(
  raw: Json | undefined,
  outer: Walk,
  followed = new Set<string>(),
): { schema: JsonObject; walk: Walk } {
  let schema: JsonObject = isJsonObject(raw) ? raw : {};
  let walk = outer;
  for (let round = 0; round < 32; round++) {
    if (typeof schema.$ref === 'string') {
      const { $ref, ...beside } = schema;
      const ref = String($ref);
      walk = { ...walk, openRefs: [...walk.openRefs, ref] };
      schema = followed.has(ref) ? beside : merge(follow(ref, walk.root), beside);
      followed.add(ref);
    } else if (Array.isArray(schema.allOf)) {
      const { allOf, ...beside } = schema;
      const parts = Array.isArray(allOf) ? allOf : [];
      schema = parts.reduce<JsonObject>((sum, part) => {
        const resolved = resolve(part, walk, followed);
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

export function leadsBack(schema: Json | undefined, walk: Walk): boolean {
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
