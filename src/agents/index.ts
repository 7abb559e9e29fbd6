export { type Agents, type AgentsDependencies, createAgents } from './create-agents.ts';
export { agentErrors } from './errors.ts';
export { agentInvariants } from './invariants.ts';
export type { SaveOptions } from './save-agent.ts';
export type * from './types.ts';
