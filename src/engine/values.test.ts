import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commonErrors } from '../lib/errors.ts';
import { TerminalError } from './retry.ts';
import { decodeValue, encodeValue } from './values.ts';

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.uint8Array(),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('$muster')), tie('tree'), { noNullPrototype: true }),
  ),
}));

/** A member that is undefined is a member that is not there. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const members = Object.entries(value).filter(
    ([key, member]) => member !== undefined && key !== '__proto__',
  );
  return Object.fromEntries(members.map(([key, member]) => [key, withoutUndefined(member)]));
}

test('whatever can be kept comes back as it was', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const clean = withoutUndefined(value);
      assert.deepEqual(decodeValue(encodeValue(clean)), clean);
    }),
    { numRuns: 300 },
  );
});

test('errors come back with their code and public details, without their cause', () => {
  const error = commonErrors.conflict('Read it again.', { field: 'version', cause: new Error('secret') });
  const text = encodeValue({ error });
  assert.doesNotMatch(text ?? '', /secret/);
  const { error: back } = Object(decodeValue(text));
  assert.equal(back.code, 'conflict');
  assert.equal(back.status, 409);
  assert.deepEqual(back.details, { field: 'version' });
  const terminal = decodeValue(encodeValue(new TerminalError('budget', 'Spent.')));
  assert.ok(terminal instanceof TerminalError && terminal.code === 'budget');
});

test('what would come back as something else is refused', () => {
  for (const value of [Number.NaN, () => 1, new Map(), new Date(0), Symbol('x'), { deep: [new Set()] }]) {
    assert.throws(() => encodeValue(value), /cannot be kept/);
  }
});
