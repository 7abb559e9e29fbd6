import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { firstSignal } from './first-signal.ts';

describe('the first of several signals', () => {
  it('aborts it with its reason, and is let go of by the others', () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const { signal } = firstSignal(a.signal, b.signal);
    let heard = 0;
    signal.addEventListener('abort', () => heard++);
    assert.equal(signal.aborted, false);
    b.abort('b');
    a.abort('a');
    assert.deepEqual([signal.reason, heard], ['b', 1]);
    assert.equal(getEventListeners(a.signal, 'abort').length, 0);
  });

  it('may have been aborted before', () => {
    const live = new AbortController();
    const { signal } = firstSignal(live.signal, AbortSignal.abort('early'));
    assert.deepEqual([signal.aborted, signal.reason], [true, 'early']);
    assert.equal(getEventListeners(live.signal, 'abort').length, 0);
  });

  it('aborts nothing after its release', () => {
    const source = new AbortController();
    const { signal, release } = firstSignal(source.signal);
    release();
    source.abort();
    assert.equal(signal.aborted, false);
  });
});
