import type { Migration } from './index.ts';

/** Lists of jobs, by status, crew or both, are counted from an index alone. */
export const executionLists: Migration = {
  name: 'execution-lists',
  sqlite: `
DROP INDEX executions_by_outcome;
CREATE INDEX executions_by_outcome ON executions (account_id, outcome, created_at, job_id, crew_id);
DROP INDEX executions_by_crew;
CREATE INDEX executions_by_crew ON executions (account_id, crew_id, created_at, job_id);
`,
};
