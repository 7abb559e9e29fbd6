export { type Agents, type AgentsDependencies, createAgents } from './create-agents.ts';
export { agentErrors } from './errors.ts';
export { nearNames } from './near-names.ts';
export { renderInstructions } from './render-instructions.ts';
export type { SaveOptions } from './save-agent.ts';
export type * from './types.ts';
