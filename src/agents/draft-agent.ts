import { mergeConfig } from './agent-config.ts';
import { checkConfig } from './check-config.ts';
import { checkNames } from './check-names.ts';
import type { AgentsContext } from './context.ts';
import { agentNotFound } from './read-agents.ts';
import { renderInstructions } from './render-instructions.ts';
import type { AgentInput, CallableAgent } from './types.ts';

/** The agent as it would be after a save of `input`, ready to be called; refused as that would be. Nothing is saved. */
export async function draftAgent(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  input: AgentInput,
): Promise<CallableAgent> {
  const current = await context.store.findAgent(accountId, agentId);
  if (!current) throw agentNotFound(agentId);
  const config = mergeConfig(current, input);
  checkConfig(config);
  await checkNames(context.catalogue, accountId, config, current);
  const { id, version } = current;
  return { id, accountId, version, config, instructions: renderInstructions(config) };
}
