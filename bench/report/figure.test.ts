import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './figure.ts';

test('a figure is held against the aim first, then against the reach', () => {
  const bounds = { name: 'ratio', reach: { atLeast: 0.25 }, aim: { atLeast: 0.4 } };
  assert.equal(judge({ ...bounds, value: 0.4 }), 'aim');
  assert.equal(judge({ ...bounds, value: 0.25 }), 'reach');
  assert.equal(judge({ ...bounds, value: 0.249 }), 'missed');
});

test('upper bounds count downwards', () => {
  const bounds = { name: 'delay', reach: { atMost: 15 }, aim: { atMost: 5 } };
  assert.equal(judge({ ...bounds, value: 5 }), 'aim');
  assert.equal(judge({ ...bounds, value: 15.1 }), 'missed');
});

test('a figure without bounds is not judged, one that is no number missed them', () => {
  assert.equal(judge({ name: 'rate', value: 1 }), '');
  assert.equal(judge({ name: 'ratio', value: Number.NaN, reach: { atMost: 1 } }), 'missed');
});
