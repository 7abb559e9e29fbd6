import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { pickSchemaError } from './pick-schema-error.ts';

const Part = Type.Object({
  type: Type.String(),
  image_url: Type.Optional(Type.Object({ url: Type.String() })),
});
const Body = Type.Object({
  content: Type.Optional(
    Type.Union([Type.Union([Type.String(), Type.Array(Part, { maxItems: 2 })]), Type.Null()]),
  ),
  choice: Type.Optional(
    Type.Union([
      Type.Enum(['none', 'auto']),
      Type.Object({ type: Type.Literal('function'), name: Type.String() }),
    ]),
  ),
  count: Type.Optional(Type.Integer()),
});
const validate = new Ajv({ strict: false }).compile(Body);

test('the refusal that is told is the one of the form that was meant, or names every form', () => {
  const cases: [unknown, string][] = [
    [{ content: 5 }, '/content must be string or array'],
    [{ content: ['a'] }, '/content/0 must be object'],
    [{ content: [{ image_url: { url: 'a' } }] }, "/content/0 must have required property 'type'"],
    [{ content: [{ type: 'a', image_url: 'b' }] }, '/content/0/image_url must be object'],
    [{ content: [{ type: 'a' }, { type: 'a' }, { type: 'a' }] }, '/content must NOT have more than 2 items'],
    [{ choice: 'x' }, '/choice must be equal to one of the allowed values'],
    [{ choice: { type: 'function' } }, "/choice must have required property 'name'"],
    [{ choice: { type: 'custom', name: 'a' } }, '/choice/type must be equal to constant'],
    [{ count: '1' }, '/count must be integer'],
  ];
  for (const [body, expected] of cases) {
    assert.equal(validate(body), false);
    const picked = pickSchemaError(validate.errors ?? []);
    assert.equal(`${picked?.instancePath} ${picked?.message}`, expected);
  }
});
