import {
  POSTGRES_SPANS,
  rollUpFunction,
  type Spans,
  SQLITE_SPANS,
  triggers,
  whole,
} from './0014-usage-rollups.ts';
import type { Migration } from './index.ts';

/** Since 1970. Where a stretch of time begins and ends within a day, its hours are summed up rather than half a day's rows. */
const HOURS: Spans = [['hour', (at) => `${at} / 3600000`]];
const DAYS: Spans = SQLITE_SPANS.filter(([span]) => span === 'day');

/**
 * The sums of the usage log by hour, and by day as before. Nothing reads those by month any more: a year of days is summed up
 * in no time, and every run would be counted three times over. On PostgreSQL they are kept on for the processes of former
 * versions that work beside this one; whoever writes meanwhile waits, or the sums of the past would miss it.
 */
export const usageByHour: Migration = {
  name: 'usage-by-hour',
  sqlite: `${whole(HOURS)}
DELETE FROM usage_rollups WHERE span = 'month';
DROP TRIGGER usage_rolls_up;
DROP TRIGGER usage_rolls_up_more;
DROP TRIGGER usage_rolls_back;
${triggers([...DAYS, ...HOURS])}
`,
  postgres: `LOCK TABLE usage IN SHARE ROW EXCLUSIVE MODE;
${whole(HOURS)}
${rollUpFunction([...POSTGRES_SPANS, ...HOURS]).replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')}
`,
};
