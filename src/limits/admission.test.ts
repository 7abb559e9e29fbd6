import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAdmission } from './create-admission.ts';
import { createLoopDelay } from './loop-delay.ts';

/** A process that runs its timers when it is told to, however late that is. */
function busyProcess() {
  let now = 0;
  let waiting: (() => void)[] = [];
  return {
    clock: { now: () => now },
    timers: {
      after(_ms: number, callback: () => void) {
        waiting.push(callback);
        return () => undefined;
      },
    },
    pass(ms: number) {
      now += ms;
    },
    runTimers() {
      const due = waiting;
      waiting = [];
      for (const callback of due) callback();
    },
  };
}

describe('the delay of the loop', () => {
  it('is what a timer comes late by, known while it is overdue, and forgotten when the next is in time', () => {
    const process = busyProcess();
    const delay = createLoopDelay(process);
    assert.equal(delay.look(), 0);
    process.pass(3_100);
    assert.equal(delay.look(), 3_000);
    process.runTimers();
    process.pass(50);
    assert.equal(delay.look(), 3_000);
    process.pass(50);
    process.runTimers();
    assert.equal(delay.look(), 0);
  });

  it('is not believed for longer than a moment where nobody has looked since', () => {
    const process = busyProcess();
    const delay = createLoopDelay(process);
    delay.look();
    process.pass(5_000);
    process.runTimers();
    process.pass(60_000);
    assert.equal(delay.look(), 0);
  });
});

describe('admission', () => {
  const bounds = { loopDelayMs: 1_000, waitingWrites: 10, bodyBytes: 100 };
  const load = { loopDelay: 0, writes: 0 };
  const admission = (changed = {}) =>
    createAdmission({
      loopDelay: { look: () => load.loopDelay },
      waitingWrites: () => load.writes,
      bounds: { ...bounds, ...changed },
    });

  it('refuses work past a bound, reads past twice of it, with a time to come back at', () => {
    for (const [field, bound] of [
      ['loopDelay', 1_000],
      ['writes', 10],
    ] as const) {
      Object.assign(load, { loopDelay: 0, writes: 0, [field]: bound });
      assert.equal(admission().refusal('write'), undefined);
      load[field] = bound + 1;
      const refusal = admission().refusal('write');
      assert.equal(refusal?.code, 'overloaded');
      assert.equal(refusal.status, 503);
      assert.ok((refusal.details.retryAfterMs ?? 0) > 0);
      assert.equal(admission().refusal('read'), undefined);
      assert.ok(admission().trouble());
      load[field] = 2 * bound + 1;
      assert.equal(admission().refusal('read')?.code, 'overloaded');
    }
    assert.equal(admission({ loopDelayMs: 0, waitingWrites: 0 }).refusal('write'), undefined);
  });

  it('holds bodies up to the bound, and one that is larger when there is no other', () => {
    const gate = admission();
    assert.equal(gate.enter(500), undefined);
    assert.equal(gate.enter(1)?.code, 'overloaded');
    gate.leave(500);
    assert.equal(gate.enter(60), undefined);
    assert.equal(gate.enter(41)?.code, 'overloaded');
    assert.equal(gate.enter(40), undefined);
    gate.leave(60);
    gate.leave(40);
    assert.equal(admission({ bodyBytes: 0 }).enter(1e12), undefined);
  });
});
