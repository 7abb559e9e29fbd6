import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

/** Say something about values and allow all of them. */
const REMARKS = new Set([
  ...['title', 'description', '$comment', 'deprecated', 'readOnly', 'writeOnly'],
  ...['format', 'contentEncoding', 'contentMediaType'],
]);
/** Every schema is read as one of the same dialect, and references are made to lead to places instead of names. */
const NAMES = new Set(['$schema', '$id', 'id', '$anchor', '$async', '$vocabulary']);
/** Null is a value of these. */
const VALUES = new Set(['const', 'default']);

/**
 * The schema itself, without those inside, in the words of today: tuples of draft 7, the bounds of draft 4, OpenAPI's
 * `nullable`, and null for a keyword that is not there. Remarks and names are left out.
 */
export function inNewForm(schema: JsonObject): JsonObject {
  const form: Record<string, Json> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    // Where a keyword is unknown, what stands in it may have names that look like some.
    if ((REMARKS.has(keyword) || NAMES.has(keyword)) && !isJsonObject(value)) continue;
    if (keyword === 'examples') continue;
    if (value === null && !VALUES.has(keyword)) continue;
    form[keyword] = keyword === 'type' || keyword === 'required' ? withoutRepeats(value) : value;
  }
  if (typeof form.required === 'boolean') delete form.required;
  renewTuple(form);
  renewBound(form, 'exclusiveMinimum', 'minimum');
  renewBound(form, 'exclusiveMaximum', 'maximum');
  return isWrapped(schema) ? { anyOf: [without(form, 'nullable'), { type: 'null' }] } : renewNullable(form);
}

/** The way to what stands under `keyword` of an old schema, in its new form. */
export function inNewPlace(schema: JsonObject, keyword: string): readonly string[] {
  const isTuple = Array.isArray(schema.items);
  const moved = keyword === 'items' ? 'prefixItems' : keyword === 'additionalItems' ? 'items' : keyword;
  return [...(isWrapped(schema) ? ['anyOf', '0'] : []), isTuple ? moved : keyword];
}

/** Beside a type it only adds one more; elsewhere it is a choice between null and all the rest. */
function isWrapped({ nullable, type }: JsonObject): boolean {
  return nullable === true && (type ?? null) === null;
}

function renewNullable(form: JsonObject): JsonObject {
  const { nullable, type, enum: values } = form;
  if (typeof nullable !== 'boolean') return form;
  const rest = without(form, 'nullable');
  if (!nullable || type === undefined) return rest;
  return {
    ...rest,
    type: withoutRepeats([...(Array.isArray(type) ? type : [type]), 'null']),
    ...(Array.isArray(values) && { enum: withoutRepeats([...values, null]) }),
  };
}

function renewTuple(form: Record<string, Json>): void {
  const { items, additionalItems } = form;
  if (!Array.isArray(items)) return;
  delete form.items;
  delete form.additionalItems;
  // An empty one says nothing of any element.
  if (items.length > 0) form.prefixItems = items;
  if (additionalItems !== undefined) form.items = additionalItems;
}

function renewBound(form: Record<string, Json>, exclusive: string, bound: string): void {
  const { [exclusive]: isExclusive, [bound]: limit } = form;
  if (typeof isExclusive !== 'boolean') return;
  delete form[exclusive];
  if (!isExclusive || limit === undefined) return;
  delete form[bound];
  form[exclusive] = limit;
}

function withoutRepeats(value: Json): Json {
  return Array.isArray(value) ? [...new Set(value)] : value;
}

function without(form: JsonObject, keyword: string): JsonObject {
  return Object.fromEntries(Object.entries(form).filter(([name]) => name !== keyword));
}
