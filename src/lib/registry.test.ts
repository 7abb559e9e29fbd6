import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from './registry.ts';

describe('a registry', () => {
  it('finds by name what was put in last, until it is taken out', () => {
    const registry = new Registry<{ n: number }>();
    const [first, second, other] = [{ n: 1 }, { n: 2 }, { n: 3 }];
    registry.set('a', first);
    registry.set('b', other);
    registry.set('a', second);
    assert.equal(registry.get('a'), second);
    assert.deepEqual([registry.has('a'), registry.has('c'), registry.size], [true, false, 2]);
    assert.deepEqual([...registry.names()].sort(), ['a', 'b']);
    assert.deepEqual(new Set(registry.values()), new Set([second, other]));
    assert.equal(registry.delete('a'), second);
    assert.equal(registry.delete('a'), undefined);
    assert.deepEqual([registry.get('a'), registry.has('a'), registry.size], [undefined, false, 1]);
    registry.clear();
    assert.deepEqual([registry.size, registry.get('b'), [...registry.names()]], [0, undefined, []]);
  });

  it('knows what is called like a property of every object', () => {
    const registry = new Registry<{ n: number }>();
    assert.equal(registry.get('constructor'), undefined);
    registry.set('__proto__', { n: 1 });
    assert.deepEqual(registry.get('__proto__'), { n: 1 });
  });
});
