import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { WorkClock } from './work-clock.ts';

describe('a clock of work', () => {
  const clockAt = (now: { ms: number }, timeoutMs: number | null, startedAt = 0) =>
    new WorkClock({ title: 'write', startedAt, timeoutMs }, () => now.ms);

  it('without a bound always has time', () => {
    const clock = clockAt({ ms: 1e12 }, null);
    clock.run();
    assert.equal(clock.signal.aborted, false);
  });

  it('says when there is no time left, however long ago that was, and only to what is done', () => {
    const clock = clockAt({ ms: 2_000 }, 1_000);
    assert.equal(clock.signal.aborted, false);
    assert.throws(() => clock.run(), { code: 'time_limit_reached' });
    assert.equal(clock.signal.aborted, true);
  });

  it('fires while something is done', async () => {
    const clock = clockAt({ ms: 0 }, 1);
    clock.run();
    await once(clock.signal, 'abort');
    assert.throws(() => clock.run(), { code: 'time_limit_reached' });
  });

  it('does not count what it is excused from', () => {
    const now = { ms: 900 };
    const clock = clockAt(now, 1_000);
    clock.run();
    clock.rest();
    now.ms += 3_600_000;
    clock.excuse(3_600_000);
    clock.run();
    now.ms += 100;
    clock.rest();
    assert.throws(() => clock.run(), { code: 'time_limit_reached' });
  });
});
