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

/** The sums of the usage log by hour, beside those by day and by month. */
export const usageByHour: Migration = {
  name: 'usage-by-hour',
  sqlite: `${whole(HOURS)}
DROP TRIGGER usage_rolls_up;
DROP TRIGGER usage_rolls_up_more;
DROP TRIGGER usage_rolls_back;
${triggers([...SQLITE_SPANS, ...HOURS])}
`,
  postgres: `${whole(HOURS)}
${rollUpFunction([...POSTGRES_SPANS, ...HOURS]).replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION')}
`,
};
