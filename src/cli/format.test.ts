import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDollars, readMoment } from './flags.ts';
import { bytes, dollars, minute, plural } from './format.ts';

describe('what is shown to people', () => {
  it('has dollars to the nano-dollar and at least to the cent', () => {
    assert.deepEqual([0, 10, 0.5, 0.000000001, 1234.567, 9_000_000.123456789].map(dollars), [
      '$0.00',
      '$10.00',
      '$0.50',
      '$0.000000001',
      '$1234.567',
      '$9000000.123456789',
    ]);
  });

  it('has sizes, numbers and times in short', () => {
    assert.deepEqual([0, 999, 1_000, 12_345, 999_900_000, 5e13].map(bytes), [
      '0 B',
      '999 B',
      '1.0 kB',
      '12 kB',
      '1000 MB',
      '50 TB',
    ]);
    assert.equal(plural(1, 'file'), '1 file');
    assert.equal(plural(12_000, 'file'), '12,000 files');
    assert.equal(minute('2026-11-21T08:30:59.123Z'), '2026-11-21 08:30');
    assert.equal(minute(''), '-');
  });
});

describe('what people type', () => {
  const now = Date.UTC(2026, 10, 21);

  it('is a moment: a day, a time, or a span from now on', () => {
    const read = (text: string) => readMoment('expires', text, now);
    assert.equal(read('2027-01-31'), '2027-01-31T00:00:00Z');
    assert.equal(read('2027-01-31T08:00:00+02:00'), '2027-01-31T08:00:00+02:00');
    assert.equal(read('36h'), '2026-11-22T12:00:00.000Z');
    assert.equal(read('2w'), '2026-12-05T00:00:00.000Z');
    assert.throws(() => read('soon'), /--expires must be a day such as/);
  });

  it('is an amount of dollars', () => {
    assert.equal(readDollars('credit', '5.25'), 5.25);
    assert.equal(readDollars('credit', '$5'), 5);
    for (const wrong of ['-1', '1e3', 'five', '', '1,50']) {
      assert.throws(() => readDollars('credit', wrong), /--credit must be US dollars/);
    }
  });
});
