import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSchemaChecker } from './schema-checker.ts';

const { faultOf } = createSchemaChecker();

it('a schema has no fault for what is only slow, old or unknown', () => {
  for (const schema of [
    {},
    { type: 'string', pattern: '^(a+)+$' },
    { type: 'string', pattern: '^\\p{Lu}\\_(?<rest>.*)$' },
    { type: 'array', uniqueItems: true, items: { type: 'object' } },
    { properties: { pattern: { type: 'string' }, $id: { type: 'integer' } } },
    { patternProperties: { pattern: { type: 'string' } }, additionalProperties: false },
    { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'https://example.com/a', 'x-ours': 1 },
    { $defs: { a: { properties: { next: { $ref: '#/$defs/a' } } } }, $ref: '#/$defs/a' },
  ]) {
    assert.equal(faultOf(schema), undefined, JSON.stringify(schema));
  }
});

it('a fault is named in words, whether a check of values would meet it or not', () => {
  for (const [schema, words] of [
    [{ type: 'nonsense' }, /data\/type/],
    [{ properties: { a: { pattern: '(' } } }, /Invalid regular expression: \/\(\//],
    [{ properties: { a: { pattern: '(?P<a>x)' } } }, /Invalid group/],
    [{ patternProperties: { '[': {} } }, /Invalid regular expression/],
    [{ pattern: 5 }, /data\/pattern must be string/],
    [{ uniqueItems: 'yes' }, /data\/uniqueItems/],
    [{ $ref: '#/nowhere' }, /can't resolve reference #\/nowhere/],
    [{ $ref: 'https://example.com/schema.json' }, /can't resolve reference/],
    [{ patternProperties: { a: { $ref: '#/nowhere' } } }, /can't resolve/],
    [{ $ref: '#/patternProperties/a', patternProperties: { a: {} } }, /can't resolve/],
    [{ items: [{ type: 'string' }] }, /data\/items/],
  ] as const) {
    assert.match(faultOf(schema) ?? '', words, JSON.stringify(schema));
  }
});

it('a schema that takes for ever to read is a fault, and the next one is read as before', () => {
  const branches = Array.from({ length: 20_000 }, (_, i) => ({ properties: { [`p${i}`]: { minimum: i } } }));
  assert.match(faultOf({ allOf: branches }) ?? '', /too long to read/);
  assert.equal(faultOf({ type: 'object' }), undefined);
  assert.match(faultOf({ type: 'nonsense' }) ?? '', /data\/type/);
});
