import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { JsonObject } from '../../lib/json.ts';
import { checkAnswer } from './check-answer.ts';

const check = (schema: JsonObject, text: string) =>
  checkAnswer({ type: 'json_schema', name: 'answer', schema }, text);

it('an answer that fits has nothing said of it', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
  assert.equal(check(schema, '{"a":1}'), undefined);
  assert.equal(checkAnswer({ type: 'text' }, 'anything'), undefined);
  assert.equal(checkAnswer({ type: 'json_object' }, '{}'), undefined);
});

it('what is wrong is said in words that name the field', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { enum: ['x', 'y'] } },
    required: ['a'],
    additionalProperties: false,
  };
  assert.match(check(schema, '{}') ?? '', /required property 'a'/);
  assert.match(check(schema, '{"a":"1"}') ?? '', /'a' must be integer/);
  assert.match(check(schema, '{"a":1,"c":2}') ?? '', /"c"/);
  assert.match(check(schema, '{"a":1,"b":"z"}') ?? '', /"x","y"/);
  assert.match(check(schema, 'Sure! {"a":1}') ?? '', /not JSON/);
  assert.match(checkAnswer({ type: 'json_object' }, '[1]') ?? '', /not a JSON object/);
});

it('a schema that cannot be compiled, or would run for ever, is not held against the answer', () => {
  assert.equal(check({ type: 'nonsense' }, '{}'), undefined);
  const slow = { type: 'string', pattern: '^(a+)+$' };
  assert.equal(check(slow, JSON.stringify(`${'a'.repeat(40)}!`)), undefined);
});

it('a schema of older words is held against the answer as it was meant', () => {
  const cases: readonly (readonly [JsonObject, unknown, unknown])[] = [
    [{ type: 'array', items: [{ type: 'string' }, { type: 'number' }], minItems: 2 }, ['a', 1], [1, 'a']],
    [{ items: [{ type: 'string' }], additionalItems: false }, ['a'], ['a', 'b']],
    [{ items: [{ type: 'string' }], additionalItems: { type: 'number' } }, ['a', 1], ['a', 'b']],
    [{ type: 'number', minimum: 0, exclusiveMinimum: true }, 1, 0],
    [{ type: 'number', maximum: 9, exclusiveMaximum: false }, 9, 10],
    [{ type: 'string', enum: ['a'], nullable: true }, null, 'b'],
    [{ anyOf: [{ type: 'string' }], nullable: true }, null, 1],
    [
      { properties: { a: { $ref: '#/$defs/A', nullable: true } }, $defs: { A: { type: 'string' } } },
      { a: null },
      { a: 1 },
    ],
    [
      {
        nullable: true,
        allOf: [{ properties: { a: { type: 'string' }, b: { $ref: '#/allOf/0/properties/a' } } }],
      },
      { b: 'b' },
      { b: 1 },
    ],
    [
      { properties: { a: { items: [{ type: 'string' }] }, b: { $ref: '#/properties/a/items/0' } } },
      { b: 'b' },
      { b: 1 },
    ],
    [
      {
        $id: 'https://example.com/a',
        properties: { next: { $ref: 'https://example.com/a' }, n: { type: 'number' } },
      },
      { next: { n: 1 } },
      { next: { n: 'x' } },
    ],
    [
      {
        $id: 'a.json',
        properties: { n: { $ref: 'a.json#/definitions/N' } },
        definitions: { N: { type: 'number' } },
      },
      { n: 1 },
      { n: 'x' },
    ],
    [
      {
        $defs: { N: { $id: 'https://example.com/n', type: 'number' } },
        properties: { n: { $ref: 'https://example.com/n' } },
      },
      { n: 1 },
      { n: 'x' },
    ],
    [
      { definitions: { N: { $id: '#n', type: 'number' } }, properties: { n: { $ref: '#n' } } },
      { n: 1 },
      { n: 'x' },
    ],
    [
      {
        $defs: { 'Page[a/b] ~é%': { type: 'number' } },
        properties: { n: { $ref: '#/$defs/Page[a~1b] ~0é%' } },
      },
      { n: 1 },
      { n: 'x' },
    ],
    [{ properties: { a: { pattern: '(?i)^a$' }, n: { type: 'number' } } }, { a: 'A', n: 1 }, { n: 'x' }],
  ];
  for (const [schema, fits, fails] of cases) {
    assert.equal(check(schema, JSON.stringify(fits)), undefined, JSON.stringify(schema));
    assert.notEqual(check(schema, JSON.stringify(fails)), undefined, JSON.stringify(schema));
  }
});
