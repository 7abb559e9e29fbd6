import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newConfig } from './agent-config.ts';
import { CallableCache } from './callable-cache.ts';
import type { CallableAgent } from './types.ts';

const agent = (id: string, version: number, chars: number): CallableAgent => {
  const config = newConfig({ name: id, model: 'sandbox', instructions: 'x'.repeat(chars) });
  return { id, accountId: 'acct_1', version, config, instructions: config.instructions };
};

describe('callable cache', () => {
  it('gives an agent at the version that was kept and at no other', () => {
    const cache = new CallableCache();
    const second = agent('a', 2, 10);
    cache.keep(agent('a', 1, 10));
    cache.keep(second);
    assert.equal(cache.get('a', 2), second);
    assert.equal(cache.get('a', 1), undefined);
    assert.equal(cache.get('b', 2), undefined);
    cache.drop('a');
    assert.equal(cache.get('a', 2), undefined);
  });

  it('stays within its bound whatever is kept in it', () => {
    const cache = new CallableCache(50_000);
    for (let i = 0; i < 100; i++) cache.keep(agent(`a${i}`, 1, 10_000));
    const kept = Array.from({ length: 100 }, (_, i) => i).filter((i) => cache.get(`a${i}`, 1));
    assert.deepEqual(kept, [96, 97, 98, 99], 'the newest are kept');
    cache.keep(agent('huge', 1, 60_000));
    assert.equal(cache.get('huge', 1), undefined);
    cache.keep(agent('small', 1, 10));
    assert.ok(cache.get('small', 1), 'one that is too large does not spoil the count');
  });
});
