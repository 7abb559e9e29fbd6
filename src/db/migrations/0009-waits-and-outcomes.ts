import type { Migration } from './index.ts';

/**
 * How long a job has waited for people, the bound of its cost (which may be raised while it waits), and, once it has
 * ended, how: so that a list of jobs by status reads an index of its own.
 */
export const waitsAndOutcomes: Migration = {
  name: 'waits-and-outcomes',
  sqlite: `
ALTER TABLE jobs ADD COLUMN waited_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN max_cost_nano_usd INTEGER;
ALTER TABLE executions ADD COLUMN outcome TEXT;
UPDATE executions SET outcome = (SELECT status FROM jobs WHERE jobs.id = executions.job_id AND jobs.finished_at IS NOT NULL);
CREATE INDEX executions_by_outcome ON executions (account_id, outcome, created_at, job_id);
`,
};
