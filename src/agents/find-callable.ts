import type { AgentsContext } from './context.ts';
import { renderInstructions } from './render-instructions.ts';
import type { CallableAgent } from './types.ts';

/**
 * The newest version of an agent, ready to be called; undefined when the account has no such agent. An edit counts from
 * the very next call on: only the parsing is remembered, not that a version is the newest.
 */
export async function findCallable(
  context: AgentsContext,
  accountId: string,
  agentId: string,
): Promise<CallableAgent | undefined> {
  const { store, callables } = context;
  const version = await store.findVersion(accountId, agentId);
  if (version === undefined) return undefined;
  const known = callables.get(agentId, version);
  if (known) return known;
  const agent = await store.findAgent(accountId, agentId);
  if (!agent) return undefined;
  const { id, accountId: _, version: newest, createdAt, updatedAt, ...config } = agent;
  const callable = { id, accountId, version: newest, config, instructions: renderInstructions(config) };
  callables.keep(callable);
  return callable;
}
