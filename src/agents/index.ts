export { type Agents, type AgentsDependencies, createAgents } from './create-agents.ts';
export { agentErrors } from './errors.ts';
export type { SaveOptions } from './save-agent.ts';
export type * from './types.ts';
