import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearNames } from './near-names.ts';

const MODELS = [
  'openai/gpt-4o',
  'openai/gpt-4o-mini',
  'anthropic/claude-3-opus',
  'google/gemini-2.5-pro',
  'sandbox',
];

describe('near names', () => {
  it('finds what was meant by a typing mistake, a missing provider or a part of the name', () => {
    assert.equal(nearNames('gpt-4o', MODELS)[0], 'openai/gpt-4o');
    assert.equal(nearNames('openai/gtp-4o', MODELS)[0], 'openai/gpt-4o');
    assert.equal(nearNames('Claude 3 Opus', MODELS)[0], 'anthropic/claude-3-opus');
    assert.equal(nearNames('gemini', MODELS)[0], 'google/gemini-2.5-pro');
    assert.equal(nearNames('sandbx', MODELS)[0], 'sandbox');
  });

  it('offers at most three, and nothing when nothing is near', () => {
    const versions = ['model-1', 'model-2', 'model-3', 'model-4'];
    assert.equal(nearNames('model', versions).length, 3);
    assert.deepEqual(nearNames('weather', MODELS), []);
    assert.deepEqual(nearNames('x'.repeat(100_000), MODELS), []);
    assert.deepEqual(nearNames('anything', []), []);
  });
});
