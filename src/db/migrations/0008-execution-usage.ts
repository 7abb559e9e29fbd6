import type { Migration } from './index.ts';

const COLUMNS = ['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'cost_nano_usd'];

/** A job's usage lies with the job, so that a list of jobs does not search the bill for it. */
export const executionUsage: Migration = {
  name: 'execution-usage',
  sqlite: `
${['executions', 'execution_tasks']
  .flatMap((table) =>
    COLUMNS.map((column) => `ALTER TABLE ${table} ADD COLUMN ${column} INTEGER NOT NULL DEFAULT 0;`),
  )
  .join('\n')}

${COLUMNS.map(
  (column) => `UPDATE executions SET ${column} = coalesce((SELECT sum(${column}) FROM usage
  WHERE run_id > executions.job_id || '/' AND run_id < executions.job_id || '0'), 0);
UPDATE execution_tasks SET ${column} = coalesce((SELECT sum(${column}) FROM usage
  WHERE run_id > execution_tasks.job_id || '/' || task_id || '/' AND run_id < execution_tasks.job_id || '/' || task_id || '0'), 0);`,
).join('\n')}
`,
};
