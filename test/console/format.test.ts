import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatDuration, formatUsdShort } from '../../web/src/ui/format.ts';

it('a duration is rounded as a whole: never 60 seconds of a minute, never 1000 of a second', () => {
  const shown = [0, 999.4, 999.6, 1_250, 59_949, 59_950, 60_000, 119_499, 119_500, 3_600_000].map(
    formatDuration,
  );
  assert.deepEqual(shown, [
    ...['0 ms', '999 ms', '1.0 s', '1.3 s', '59.9 s', '1 min 0 s', '1 min 0 s', '1 min 59 s', '2 min 0 s'],
    '60 min 0 s',
  ]);
});

it('an amount for a glance has two decimals at least, and three figures below a dollar', () => {
  const shown = [0, 0.3, 0.125, 0.01234, 0.000000001, 1, 12.345, 1_234.5, -0.5].map(formatUsdShort);
  assert.deepEqual(shown, [
    ...['$0.00', '$0.30', '$0.125', '$0.0123', '$0.000000001', '$1.00', '$12.35', '$1,234.50', '-$0.50'],
  ]);
});
