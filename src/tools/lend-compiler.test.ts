import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TimeLimitReached } from '../lib/time-limit.ts';
import { lendCompiler } from './lend-compiler.ts';

it('a compiler that was cut off in the middle of its work is not lent again; one whose work failed is', () => {
  const made: Ajv2020[] = [];
  const withCompiler = lendCompiler(() => {
    const ajv = new Ajv2020({ logger: false });
    made.push(ajv);
    return ajv;
  });
  assert.throws(() => withCompiler((ajv) => ajv.compile({ type: 'nonsense' })), /type/);
  assert.equal(
    withCompiler((ajv) => ajv),
    made[0],
  );
  const endless = (): never => {
    for (;;);
  };
  assert.throws(() => withCompiler(endless), TimeLimitReached);
  const next = withCompiler((ajv) => ajv);
  assert.notEqual(next, made[0]);
  assert.equal(next, made.at(-1));
});
