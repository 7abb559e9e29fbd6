import assert from 'node:assert/strict';
import { it } from 'node:test';
import { TimeLimitReached, withinTime } from './time-limit.ts';

it('gives the result of what ends in time, and passes its errors on', () => {
  assert.equal(
    withinTime(1_000, () => 6 * 7),
    42,
  );
  assert.throws(
    () =>
      withinTime(1_000, () => {
        throw new RangeError('mine');
      }),
    RangeError,
  );
});

it('ends what would never end, and goes on working after that', () => {
  const endless = (): never => {
    for (;;);
  };
  assert.throws(() => withinTime(30, endless), TimeLimitReached);
  assert.equal(
    withinTime(1_000, () => 'still here'),
    'still here',
  );
});
