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
const andHours = (spans: Spans): Spans => [...spans.filter(([span]) => span === 'day'), ...HOURS];

const WITHOUT_MONTHS = "DELETE FROM usage_rollups WHERE span = 'month';";

/**
 * The sums of the usage log by hour and by day. Those by month go: a year of days is summed up in no time, and every run
 * would be counted three times over.
 */
export const usageByHour: Migration = {
  name: 'usage-by-hour',
  sqlite: `${whole(HOURS)}
${WITHOUT_MONTHS}
DROP TRIGGER usage_rolls_up;
DROP TRIGGER usage_rolls_up_more;
DROP TRIGGER usage_rolls_back;
${triggers(andHours(SQLITE_SPANS))}
`,
  postgres: `${whole(HOURS)}
${WITHOUT_MONTHS}
${rollUpFunction(andHours(POSTGRES_SPANS)).replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')}
`,
};
