import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOptions } from '@node-rs/argon2';
import { rejectsWith } from './accounts.fixture.ts';
import { createPasswordHasher } from './password-hasher.ts';

describe('password hasher', () => {
  it('hashes with argon2id at or above the accepted floor, and tells right from wrong', async () => {
    const hasher = createPasswordHasher();
    const stored = await hasher.hash('engine-of-difference');
    assert.match(stored, /^\$argon2id\$/);
    const { memoryCost, timeCost, parallelism } = parseOptions(stored);
    assert.ok(memoryCost >= 19_456 && timeCost >= 2 && parallelism >= 1);
    assert.notEqual(await hasher.hash('engine-of-difference'), stored);
    assert.equal(await hasher.verify(stored, 'engine-of-difference'), true);
    assert.equal(await hasher.verify(stored, 'engine-of-differencf'), false);
  });

  it('takes a password for the same however its letters were composed', async () => {
    const hasher = createPasswordHasher();
    const stored = await hasher.hash('r\u00e9sum\u00e9-engine');
    assert.equal(await hasher.verify(stored, 're\u0301sume\u0301-engine'), true);
  });

  it('does the same work when there is no user, and never says yes', async () => {
    const checked: string[] = [];
    const hasher = createPasswordHasher({
      algorithm: {
        hash: async (password) => password,
        verify: async (stored) => {
          checked.push(stored);
          return true;
        },
      },
    });
    const real = await createPasswordHasher().hash('engine-of-difference');
    assert.equal(await hasher.verify(undefined, 'anything'), false);
    assert.equal(await hasher.verify(null, 'anything'), false);
    assert.equal(await hasher.verify(real, 'anything'), true);
    const costs = checked.map((stored) => ({ ...parseOptions(stored) }));
    assert.equal(costs.length, 3);
    assert.deepEqual(costs[0], costs[2], 'the dummy costs what a real hash costs');
    assert.equal(await createPasswordHasher().verify(undefined, ''), false);
  });

  it('hashes two at once, queues a bounded number and refuses the next with a wait', async () => {
    const waiting: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const hasher = createPasswordHasher({
      concurrent: 2,
      waiting: 3,
      algorithm: {
        hash: async (password) => {
          most = Math.max(most, ++running);
          await new Promise<void>((resolve) => waiting.push(resolve));
          running--;
          if (password === 'fails') throw new Error('out of memory');
          return password;
        },
        verify: async () => false,
      },
    });
    const results = ['a', 'fails', 'c', 'd', 'e'].map((password) =>
      hasher.hash(password).catch(() => 'failed'),
    );
    const refused = await rejectsWith(hasher.hash('f'), 'login_busy');
    assert.equal(refused.status, 429);
    assert.ok((refused.details.retryAfterMs ?? 0) > 0);
    let done = false;
    const all = Promise.all(results).finally(() => {
      done = true;
    });
    while (!done) {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(await all, ['a', 'failed', 'c', 'd', 'e']);
    assert.equal(most, 2);
    const later = hasher.hash('g');
    await new Promise((resolve) => setImmediate(resolve));
    waiting.shift()?.();
    assert.equal(await later, 'g', 'a failure gave its place back');
  });
});
