import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { JsonObject } from '../../lib/json.ts';
import { instanceOf } from './schema-instance.ts';

function assertValid(schema: JsonObject): void {
  // The schemas are right by the way they are made; checking them takes most of the time.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false, meta: false });
  const validate = ajv.compile(schema);
  const instance = instanceOf(schema);
  assert.ok(
    validate(instance),
    `${JSON.stringify(schema)} -> ${JSON.stringify(instance)}: ${JSON.stringify(validate.errors)}`,
  );
}

const bounds = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(40));
const name = fc.constantFrom('a', 'b', 'title', 'date', '$x', 'with space');

const { node } = fc.letrec<{ node: JsonObject }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<JsonObject>({ type: 'boolean' }),
    fc.constant<JsonObject>({ type: 'null' }),
    fc.constant<JsonObject>({}),
    fc
      .tuple(fc.nat(5), fc.nat(10))
      .map(([least, more]): JsonObject => ({ type: 'string', minLength: least, maxLength: least + more })),
    fc
      .constantFrom('date-time', 'date', 'email', 'uri', 'uuid', 'ipv4')
      .map((format): JsonObject => ({ type: 'string', format })),
    fc
      .constantFrom('^[A-Z]{3}$', '^\\d{4}-\\d{2}-\\d{2}$', '^[a-z]+$', '^#[0-9a-f]{6}$')
      .map((pattern): JsonObject => ({ type: 'string', pattern })),
    bounds.map(([low, more]): JsonObject => ({ type: 'integer', minimum: low, maximum: low + more })),
    bounds.map(
      ([low, more]): JsonObject => ({
        type: 'number',
        exclusiveMinimum: low,
        exclusiveMaximum: low + more + 1,
      }),
    ),
    fc.constantFrom(2, 5, 7).map((multipleOf): JsonObject => ({ type: 'integer', multipleOf, minimum: 3 })),
    fc
      .array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1, maxLength: 4 })
      .map((values): JsonObject => ({ enum: values })),
    fc.oneof(fc.string(), fc.integer()).map((value): JsonObject => ({ const: value })),
    fc.constantFrom('string', 'integer', 'boolean').map((type): JsonObject => ({ type: [type, 'null'] })),
    fc.tuple(tie('node'), fc.nat(3), fc.nat(3)).map(
      ([items, least, more]): JsonObject => ({
        type: 'array',
        items,
        minItems: least,
        maxItems: least + more,
      }),
    ),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((anyOf): JsonObject => ({ anyOf })),
    tie('node').map((only): JsonObject => ({ oneOf: [only] })),
    fc
      .dictionary(name, tie('node'), { maxKeys: 4 })
      .chain((properties) =>
        fc
          .subarray(Object.keys(properties))
          .map(
            (required): JsonObject => ({ type: 'object', properties, required, additionalProperties: false }),
          ),
      ),
    fc.tuple(fc.dictionary(name, tie('node'), { maxKeys: 2 }), tie('node')).map(
      ([properties, extra]): JsonObject => ({
        allOf: [
          { type: 'object', properties },
          { type: 'object', properties: { extra }, required: ['extra'] },
        ],
      }),
    ),
  ),
}));

test('an instance of any schema made of the known keywords is valid', () => {
  fc.assert(fc.property(node, assertValid), { numRuns: 150 });
});

test('references, recursive ones too, are followed and end', () => {
  const tree = {
    $defs: {
      node: {
        type: 'object',
        properties: {
          value: { type: 'integer' },
          children: { type: 'array', items: { $ref: '#/$defs/node' } },
          next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        },
        required: ['value', 'children', 'next'],
        additionalProperties: false,
      },
    },
    $ref: '#/$defs/node',
  };
  assertValid(tree);
  assertValid({
    type: 'object',
    properties: { self: { $ref: '#' }, id: { type: 'string' } },
    required: ['id'],
  });
  assertValid({
    definitions: { 'a/b': { type: 'integer', minimum: 9 } },
    properties: { x: { $ref: '#/definitions/a~1b' } },
    required: ['x'],
  });
  // A validator goes round in these for ever.
  const $defs = {
    a: { type: 'object', required: ['x'], allOf: [{ $ref: '#/$defs/b' }] },
    b: { properties: { x: { type: 'boolean' } }, allOf: [{ $ref: '#/$defs/a' }] },
  };
  assert.deepEqual(instanceOf({ $defs, $ref: '#/$defs/a' }), { x: true });
  assert.doesNotThrow(() => instanceOf({ allOf: [{ $ref: '#' }] }));
});

test('sets have different members', () => {
  for (const items of [
    { type: 'string' },
    { type: 'integer' },
    { enum: ['a', 'b', 'c'] },
    { type: 'string', maxLength: 2 },
  ]) {
    assertValid({ type: 'array', items, minItems: 3, uniqueItems: true });
  }
});

test('intersections take the stricter side', () => {
  assertValid({
    allOf: [
      { type: 'number', minimum: 3 },
      { type: 'integer', minimum: 7, maximum: 8 },
    ],
  });
  assertValid({ allOf: [{ type: ['string', 'null'] }, { type: 'string', minLength: 4 }] });
  assertValid({ type: 'object', required: ['a', 'b'], properties: { a: { type: 'string' } } });
  assertValid({ type: 'object', minProperties: 3, additionalProperties: { type: 'integer' } });
});

test('suggestions are taken only where they fit', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string', maxLength: 3 }, b: { type: 'string' } },
    required: ['a', 'b'],
  };
  const made = instanceOf(schema, { suggest: () => 'a long word' });
  assert.deepEqual(made, { a: 'a', b: 'a long word' });
});

test('a pattern made to take for ever takes no time', () => {
  const began = process.cpuUsage();
  for (const pattern of ['^(0*-?)*x$', '^((a*)*)*b$', `^${'.*'.repeat(50)}x$`, '^(a|aa)+$', '(']) {
    const made = instanceOf(
      { type: 'array', minItems: 20, uniqueItems: true, items: { type: 'string', pattern } },
      { suggest: () => 'a'.repeat(5_000) },
    );
    assert.ok(Array.isArray(made));
  }
  assert.ok(process.cpuUsage(began).user < 8_000_000, 'less than eight seconds of work');
});
