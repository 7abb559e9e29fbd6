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
    const [large, small, other] = [whole(500), whole(60), whole(40)];
    assert.equal(gate.enter(large), undefined);
    assert.equal(gate.enter(whole(1))?.code, 'overloaded');
    gate.leave(large);
    gate.leave(large);
    assert.equal(gate.enter(small), undefined);
    assert.equal(gate.enter(whole(41))?.code, 'overloaded');
    assert.equal(gate.enter(other), undefined);
    assert.equal(admission({ bodyBytes: 0 }).enter(whole(1e12)), undefined);
  });

  it('lets nobody keep others out by a body that does not come, or by going away without a word', () => {
    const gate = admission();
    const slow = { bytes: 50, arrived: () => 1 };
    for (let i = 0; i < 20; i++) assert.equal(gate.enter({ ...slow }), undefined);
    assert.equal(gate.enter(whole(70)), undefined);
    assert.equal(gate.enter(whole(20))?.code, 'overloaded');
    let isGone = false;
    const leaving = admission();
    assert.equal(leaving.enter({ bytes: 100, arrived: () => (isGone ? undefined : 100) }), undefined);
    assert.equal(leaving.enter(whole(1))?.code, 'overloaded');
    isGone = true;
    assert.equal(leaving.enter(whole(100)), undefined);
  });
});

function whole(bytes: number) {
  return { bytes, arrived: () => bytes };
}
