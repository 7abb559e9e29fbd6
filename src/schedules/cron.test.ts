import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nextTime } from './cron.ts';

const times = (cron: string, from: string, count: number): string[] => {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count; ) {
    at = nextTime(cron, 'Europe/Berlin', at) ?? Number.NaN;
    found.push(new Date(at).toISOString());
  }
  return found;
};

it('a time of day that the clocks skip comes right after the gap', () => {
  assert.deepEqual(times('30 2 * * *', '2027-03-27T12:00:00Z', 2), [
    '2027-03-28T01:00:00.000Z',
    '2027-03-29T00:30:00.000Z',
  ]);
});

it('a time of day that comes twice counts once', () => {
  assert.deepEqual(times('30 2 * * *', '2027-10-30T12:00:00Z', 2), [
    '2027-10-31T00:30:00.000Z',
    '2027-11-01T01:30:00.000Z',
  ]);
});

it('what recurs within the day goes on through a change of the clocks', () => {
  assert.deepEqual(times('*/30 * * * *', '2027-10-31T00:15:00Z', 4), [
    '2027-10-31T00:30:00.000Z',
    '2027-10-31T01:00:00.000Z',
    '2027-10-31T01:30:00.000Z',
    '2027-10-31T02:00:00.000Z',
  ]);
});
