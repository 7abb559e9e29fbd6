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
