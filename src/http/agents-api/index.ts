export { agentsApiErrors } from './errors.ts';
export type { ModelDescription } from './models/schema.ts';
export { type AgentsApiDeps, agentsApi } from './plugin.ts';
