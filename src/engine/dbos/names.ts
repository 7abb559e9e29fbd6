/** DBOS's names for what is ours; its tables have a schema of their own in the same database. */
export const NAME = 'muster';
export const SCHEMA = 'dbos';
export const WORKFLOW = 'muster_job';
export const DATA_SOURCE = 'muster';
