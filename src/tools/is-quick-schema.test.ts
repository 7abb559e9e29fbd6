import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../lib/json.ts';
import { isQuickSchema } from './is-quick-schema.ts';

test('the schemas that most tools have are quick to check', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      city: { type: 'string', minLength: 1, description: 'Where' },
      unit: { enum: ['c', 'f'] },
      days: { type: 'array', items: { type: 'integer', minimum: 0 }, maxItems: 7 },
    },
    required: ['city'],
    additionalProperties: false,
  };
  assert.equal(isQuickSchema(schema), true);
});

test('a schema that refers, chooses, compares or is big is not taken for quick', () => {
  const slow: JsonObject[] = [
    { $ref: '#/$defs/a' },
    { anyOf: [{ type: 'string' }, { type: 'number' }] },
    { properties: { deep: { items: { oneOf: [] } } } },
    { contains: { const: 1 } },
    { uniqueItems: true },
    { pattern: '(a+)+$' },
    { patternProperties: { '^a': {} } },
    { dependentSchemas: { a: {} } },
    { propertyNames: { minLength: 1 } },
    { unevaluatedItems: false },
    { enum: Array.from({ length: 101 }, (_, index) => index) },
    { enum: [{ deep: [] }] },
    { items: [{ type: 'string' }] },
    { description: 'x'.repeat(20_001) },
  ];
  for (const schema of slow) assert.equal(isQuickSchema(schema), false, JSON.stringify(schema).slice(0, 80));
});
