export { agentsApiErrors } from './errors.ts';
export type { ModelDescription } from './models/schema.ts';
export { type AgentsApiDeps, agentsApi } from './plugin.ts';
export { RESPONSE_JOB, responseJobs } from './responses/background-jobs.ts';
export { responseErrors } from './responses/errors.ts';
