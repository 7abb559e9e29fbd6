import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TimeLimitReached } from '../lib/time-limit.ts';
import { lendCompiler, PATIENCE_MS } from './lend-compiler.ts';

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

it('a compiler is made outside of the limit, also where the work is begun anew on a busy machine', () => {
  const madeWithin: boolean[] = [];
  const withCompiler = lendCompiler(() => {
    // What runs within the limit stands in this slot.
    madeWithin.push(Reflect.has(globalThis, Symbol.for('muster.time-limited')));
    return new Ajv2020({ logger: false });
  });
  let begun = 0;
  const word = withCompiler(() => {
    begun++;
    // The thread is kept waiting without computing, as by a busy machine.
    if (begun === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE_MS * 2);
    return 'done';
  });
  assert.deepEqual([word, begun, madeWithin], ['done', 2, [false, false]]);
});
