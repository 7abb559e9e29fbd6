import fc from 'fast-check';
import { isJsonObject, type Json, type JsonObject } from '../../src/lib/json.ts';

/** Texts that have broken servers before. */
const NASTY = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '🦊'.repeat(50),
  "' OR 1=1 --",
  '../../etc/passwd',
  '{{x}}',
  '[[fail',
  '%00%ff',
  '-1',
  '1e309',
  'NaN',
  'a'.repeat(5_000),
  '2026-02-30T25:61:61Z',
  'http://127.0.0.1:1/',
];
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
);
const anything: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value) ?? 'null')),
  text,
  fc.constantFrom<Json>(1e308, -0, 2 ** 53, 0.1, -1, null, [], {}),
);

/** Values that a schema accepts, or nearly: ids among them are real ones as often as not. */
export function arbitraryOf(schema: Json | undefined, ids: readonly string[], depth = 0): fc.Arbitrary<Json> {
  if (!isJsonObject(schema) || depth > 6) return anything;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom<Json>(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices))
    return fc.oneof(...choices.map((choice) => arbitraryOf(choice, ids, depth + 1)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, ids, depth);
    case 'array':
      return fc.array(arbitraryOf(schema.items, ids, depth + 1), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Math.max(3, Number(schema.minItems ?? 0)),
      });
    case 'string':
      return fc.oneof(text, fc.constantFrom('sandbox', 'calculator', 'user', 'viewer', ...ids));
    case 'integer':
      return fc.integer({ min: Number(schema.minimum ?? -5), max: Number(schema.maximum ?? 200) });
    case 'number':
      return fc.double({
        min: Number(schema.minimum ?? -5),
        max: Number(schema.maximum ?? 1e6),
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return anything;
  }
}

/** Bodies as they may come: `example` with a field changed, good ones, ones with a thing wrong, and what is no JSON. */
export function bodyOf(
  schema: Json | undefined,
  example: Json | undefined,
  ids: readonly string[],
): fc.Arbitrary<string> {
  const good = arbitraryOf(schema, ids);
  const changed =
    isJsonObject(example) && isJsonObject(schema)
      ? good.chain((other) =>
          fc.nat({ max: 20 }).map((pick) => {
            const names = isJsonObject(other) ? Object.keys(other) : [];
            const name = names[pick % Math.max(1, names.length)];
            return name === undefined || !isJsonObject(other)
              ? example
              : { ...example, [name]: other[name] ?? null };
          }),
        )
      : good;
  const wrong = fc
    .tuple(good, fc.string({ maxLength: 10 }), anything)
    .map(([value, name, other]) =>
      isJsonObject(value) ? { ...value, [anyKey(value, name)]: other } : other,
    );
  return fc.oneof(
    { weight: 6, arbitrary: changed.map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: good.map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: wrong.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: anything.map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', '[1', '"', '{"a":1,"a":2}', '{"__proto__":1}', '\u0000'),
    },
  );
}

/** A part of a path: most often the one that is there, else another real id, or what no id is. */
export function segmentOf(known: string, ids: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(known) },
    { weight: 1, arbitrary: fc.constantFrom('1', 'x', ...ids) },
    { weight: 1, arbitrary: text.filter((value) => value !== '' && value.isWellFormed()) },
  );
}

export const anyText = text.filter((value) => value.isWellFormed());

function anyKey(value: JsonObject, name: string): string {
  const keys = Object.keys(value);
  return keys[name.length % (keys.length + 1)] ?? (name === '' ? 'extra' : name);
}

function objectOf(schema: JsonObject, ids: readonly string[], depth: number): fc.Arbitrary<Json> {
  const properties = isJsonObject(schema.properties) ? schema.properties : undefined;
  if (properties === undefined)
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), anything, { maxKeys: 3 });
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const optional = Object.keys(properties).filter((key) => !required.includes(key));
  // With all of many fields there is always something wrong, and nothing gets past the first look.
  return fc.subarray(optional, { maxLength: Math.min(2, optional.length) }).chain((chosen) => {
    const keys = [...required, ...chosen];
    const entries = keys.map((key) => [key, arbitraryOf(properties[key], ids, depth + 1)] as const);
    return fc
      .record<Record<string, Json>>(Object.fromEntries(entries), { noNullPrototype: true })
      .map((value): JsonObject => value);
  });
}
