import type { Migration } from './index.ts';

/** Jobs whose traces are past their time are found by when they ended. */
export const retention: Migration = {
  name: 'retention',
  sqlite: `
ALTER TABLE jobs ADD COLUMN trace_state INTEGER;
CREATE INDEX jobs_with_traces ON jobs (kind, finished_at) WHERE finished_at IS NOT NULL AND coalesce(trace_state, 0) < 2;
`,
};
