import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stemOf } from './stem.ts';

test('forms of a word have one stem, and other words another', () => {
  const families = [
    ['order', 'orders', 'ordered', 'ordering'],
    ['stop', 'stops', 'stopped', 'stopping'],
    ['price', 'prices', 'priced', 'pricing'],
    ['delete', 'deletes', 'deleted', 'deleting'],
    ['policy', 'policies'],
    ['box', 'boxes'],
    ['bill', 'bills', 'billed', 'billing'],
    ['process', 'processes', 'processed'],
    ['key', 'keys'],
    ['pdf'],
  ];
  for (const family of families) assert.equal(new Set(family.map(stemOf)).size, 1, family.join());
  assert.equal(new Set(families.map(([word = '']) => stemOf(word))).size, families.length);
});
