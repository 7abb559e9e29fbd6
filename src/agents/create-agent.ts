import type { Statement } from '../db/index.ts';
import { newConfig } from './agent-config.ts';
import { checkConfig } from './check-config.ts';
import { checkNames } from './check-names.ts';
import type { AgentsContext } from './context.ts';
import type { Agent, AgentInput } from './types.ts';

/** Makes an agent, version 1. */
export async function createAgent(
  context: AgentsContext,
  accountId: string,
  input: AgentInput,
  createdBy: string | undefined,
): Promise<Agent> {
  const { agent, statements } = await prepareAgent(context, accountId, input, createdBy);
  await context.db.write(statements);
  return agent;
}

/** A checked agent and what writes it, for a batch that makes more than the agent. */
export async function prepareAgent(
  context: AgentsContext,
  accountId: string,
  input: AgentInput,
  createdBy: string | undefined,
  options: { readonly crewIsMadeToo?: boolean } = {},
): Promise<{ readonly agent: Agent; readonly statements: readonly Statement[] }> {
  const config = newConfig(input);
  checkConfig(config);
  const named = options.crewIsMadeToo ? { ...config, crewId: undefined } : config;
  await checkNames(context.catalogue, accountId, named);
  const now = context.clock.now();
  const agent = {
    ...config,
    id: context.ids.next('agent_'),
    accountId,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  return { agent, statements: context.store.insertAgent(agent, createdBy) };
}
