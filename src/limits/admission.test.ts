import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MusterError } from '../lib/errors.ts';
import { type Admission, createAdmission, type HeldBody, type Room } from './create-admission.ts';
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
    const room = enter(gate, large);
    isFull(gate, whole(1));
    room.leave();
    room.leave();
    enter(gate, small);
    isFull(gate, whole(41));
    enter(gate, other);
    enter(admission({ bodyBytes: 0 }), whole(1e12));
  });

  it('lets nobody keep others out by a body that does not come, or by going away without a word', () => {
    const gate = admission();
    const slow = { bytes: 50, arrived: () => 1 };
    for (let i = 0; i < 20; i++) enter(gate, { ...slow });
    enter(gate, whole(70));
    isFull(gate, whole(20));
    let isGone = false;
    const leaving = admission();
    enter(leaving, { bytes: 100, arrived: () => (isGone ? undefined : 100) });
    isFull(leaving, whole(1));
    isGone = true;
    enter(leaving, whole(100));
  });
});

function whole(bytes: number) {
  return { bytes, arrived: () => bytes };
}

function enter(gate: Admission, body: HeldBody): Room {
  const room = gate.enter(body);
  assert.ok(!(room instanceof MusterError), 'there is no room');
  return room;
}

function isFull(gate: Admission, body: HeldBody): void {
  const refusal = gate.enter(body);
  assert.ok(refusal instanceof MusterError, 'there is room');
  assert.equal(refusal.code, 'overloaded');
}
