import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JsonObject } from '../../lib/json.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import { createSchemaChecker } from './schema-checker.ts';

const { faultOf } = createSchemaChecker();

it('a schema has no fault for what is only slow, old, foreign or unknown', () => {
  for (const schema of [
    {},
    { type: 'string', pattern: '^(a+)+$' },
    { type: 'string', pattern: '^\\p{Lu}\\_(?<rest>.*)$' },
    { type: 'array', uniqueItems: true, items: { type: 'object' } },
    { properties: { pattern: { type: 'string' }, $id: { type: 'integer' } } },
    { patternProperties: { pattern: { type: 'string' } }, additionalProperties: false },
    { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'https://example.com/a', 'x-ours': 1 },
    { $defs: { a: { properties: { next: { $ref: '#/$defs/a' } } } }, $ref: '#/$defs/a' },
    { $ref: '#/patternProperties/a', patternProperties: { a: {} } },
    { items: [{ type: 'string' }], additionalItems: false },
    { properties: { a: { $ref: '#/$defs/a', nullable: true } }, $defs: { a: { type: 'object' } } },
    { anyOf: [{ type: 'string' }], nullable: true, description: null },
    { type: 'number', minimum: 0, exclusiveMinimum: true },
    { properties: { a: { pattern: '(?P<year>\\d{4})-(?P=year)' }, b: { pattern: '(?i)^yes$' } } },
    { patternProperties: { '(?i)^x-': {} } },
    { allOf: ['(?s-i:a)(?>b)', 'a++', '(?#note)a', '(?-i:a)(?m)'].map((pattern) => ({ pattern })) },
    {
      $id: 'https://example.com/a',
      properties: { a: { $ref: 'https://example.com/a#/$defs/b' } },
      $defs: { b: {} },
    },
    { $id: 'https://example.com/a', properties: { a: { $ref: 'https://example.com/a' } } },
    { 'x-note': { pattern: '(', $ref: 'nowhere' }, properties: { a: { required: true } } },
    { enum: [] },
  ]) {
    assert.equal(faultOf(schema), undefined, JSON.stringify(schema));
  }
});

it('what zod, zod-to-json-schema and pydantic write for usual types has no fault', () => {
  const pair = { type: 'array', minItems: 2, maxItems: 2 };
  const zodDraft7 = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: {
      pair: {
        ...pair,
        items: [{ type: 'string' }, { type: 'number', exclusiveMinimum: 0 }],
        additionalItems: false,
      },
      code: { type: 'string', pattern: '^(?<a>[a-z]+)-\\d+$' },
      map: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'integer' } },
      children: { type: 'array', items: { $ref: '#' } },
    },
    required: ['pair', 'code', 'map', 'children'],
    additionalProperties: false,
  };
  const zodOpenApi = {
    type: 'object',
    properties: {
      maybe: { nullable: true, anyOf: [{ type: 'string' }, { type: 'number' }] },
      kind: { default: 'a', nullable: true, type: 'string', enum: ['a', 'b'] },
      x: { type: 'integer', minimum: 3, exclusiveMinimum: true, maximum: 9007199254740991 },
    },
    required: ['maybe', 'kind', 'x'],
  };
  const zodToJsonSchema = {
    $ref: '#/definitions/Order',
    definitions: {
      Order: {
        type: 'object',
        properties: {
          at: { ...pair, items: [{ type: 'number' }, { type: 'object', properties: {} }] },
          same: { $ref: '#/definitions/Order/properties/at/items/1' },
          parent: { anyOf: [{ $ref: '#/definitions/Order' }, { type: 'null' }] },
        },
        additionalProperties: false,
      },
    },
    $schema: 'http://json-schema.org/draft-07/schema#',
  };
  const pydantic = {
    $defs: {
      Cat: {
        properties: { kind: { const: 'cat', title: 'Kind', type: 'string' } },
        required: ['kind'],
        title: 'Cat',
        type: 'object',
      },
      Node: {
        description: 'A node.',
        properties: {
          pair: { ...pair, prefixItems: [{ type: 'integer' }, { type: 'string' }], title: 'Pair' },
          pet: {
            discriminator: { mapping: { cat: '#/$defs/Cat' }, propertyName: 'kind' },
            oneOf: [{ $ref: '#/$defs/Cat' }],
          },
          price: {
            anyOf: [{ type: 'number' }, { pattern: '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$', type: 'string' }],
          },
          year: { pattern: '(?i)^(?P<y>\\d{4})$', title: 'Year', type: 'string' },
          tags: { items: { type: 'string' }, type: 'array', uniqueItems: true },
          at: { format: 'date-time', title: 'At', type: 'string' },
          children: { default: [], items: { $ref: '#/$defs/Node' }, type: 'array' },
          cat: { anyOf: [{ $ref: '#/$defs/Cat' }, { type: 'null' }], default: null },
        },
        required: ['pair', 'pet', 'price', 'year', 'tags', 'at'],
        title: 'Node',
        type: 'object',
      },
    },
    $ref: '#/$defs/Node',
  };
  for (const schema of [zodDraft7, zodOpenApi, zodToJsonSchema, pydantic]) {
    assert.equal(faultOf(schema), undefined, JSON.stringify(schema));
  }
});

it('a fault is named in words, whether a check of values would meet it or not', () => {
  for (const [schema, words] of [
    [{ type: 'nonsense' }, /^type must be one of array, boolean, integer, null, number, object, string$/],
    [{ properties: { a: { type: ['strin'] } } }, /^properties\.a\.type\.0 must be one of array, /],
    [{ properties: { a: 5 } }, /^properties\.a must be object or boolean$/],
    [{ properties: { a: { pattern: '(' } } }, /Invalid regular expression: \/\(\//],
    [{ properties: { a: { pattern: '(?<a>x' } } }, /Invalid regular expression/],
    [{ properties: { a: { pattern: '(?:a' } } }, /Invalid regular expression/],
    [{ patternProperties: { '[': {} } }, /Invalid regular expression/],
    [{ pattern: 5 }, /^pattern must be string$/],
    [{ uniqueItems: 'yes' }, /^uniqueItems must be boolean$/],
    [{ properties: [{ type: 'string' }] }, /^properties must be object$/],
    [{ items: [{ type: 'nonsense' }] }, /type/],
    [{ $ref: '#/nowhere' }, /can't resolve reference #\/nowhere/],
    [{ $ref: '#/title', title: 'a' }, /can't resolve/],
    [{ $ref: 'https://example.com/schema.json' }, /can't resolve reference/],
    [{ patternProperties: { a: { $ref: '#/nowhere' } } }, /can't resolve/],
  ] as const) {
    assert.match(faultOf(schema) ?? '', words, JSON.stringify(schema));
  }
});

it('a schema that takes for ever to read is a fault, and the next one is read as before', () => {
  const branches = Array.from({ length: 20_000 }, (_, i) => ({ properties: { [`p${i}`]: { minimum: i } } }));
  assert.match(faultOf({ allOf: branches }) ?? '', /too long to read/);
  assert.equal(faultOf({ type: 'object' }), undefined);
  assert.match(faultOf({ type: 'nonsense' }) ?? '', /^type must be/);
});

it('a schema is read once, however often it is sent', async () => {
  const properties: JsonObject = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`p${i}`, { type: 'array', items: { minimum: i } }]),
  );
  const ask = () => faultOf({ type: 'object', properties: { ...properties } });
  const first = await cpuMsOf(ask);
  const again = await cpuMsOf(() => Array.from({ length: 20 }, ask));
  assert.ok(again < first, `${again} ms for twenty after ${first} ms for one`);
});
