import type { Statement } from '../db/index.ts';
import { encodeConfig, mergeConfig } from './agent-config.ts';
import { checkConfig } from './check-config.ts';
import { checkNames } from './check-names.ts';
import type { AgentsContext } from './context.ts';
import { agentErrors } from './errors.ts';
import { agentChanged, agentNotFound, getVersion } from './read-agents.ts';
import type { Agent, AgentConfig, AgentInput } from './types.ts';

/** How often a save is repeated on top of others that were faster. Each time at least one of them got through. */
const MAX_ATTEMPTS = 100;

export interface SaveOptions {
  /** The version that the change was made to. Another newest one is a 409 and nothing is saved. */
  readonly ifVersion?: number | undefined;
  readonly savedBy?: string | undefined;
}

/**
 * Merges `input` into the newest version and saves the outcome as the next one; what comes out the same saves nothing.
 * Of saves at the same time each is merged into the other's outcome, so that none is lost.
 */
export function updateAgent(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  input: AgentInput,
  options: SaveOptions = {},
): Promise<Agent> {
  return save(context, accountId, agentId, (current) => mergeConfig(current, input), options);
}

/** Saves a new version that equals version `version`. */
export async function restoreVersion(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  version: number,
  options: SaveOptions = {},
): Promise<Agent> {
  const { config } = await getVersion(context, accountId, agentId, version);
  return save(context, accountId, agentId, () => config, options);
}

/**
 * A checked change of an agent and what writes it, for a batch that changes more. The batch is refused (NEWEST) when
 * somebody else saves the agent first. What comes out the same is written by nothing.
 */
export async function prepareUpdate(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  input: AgentInput,
  { savedBy, crewIsMadeToo }: PrepareOptions,
): Promise<{ readonly agent: Agent; readonly statements: readonly Statement[] }> {
  const current = await context.store.findAgent(accountId, agentId);
  if (!current) throw agentNotFound(agentId);
  const config = mergeConfig(current, input);
  checkConfig(config);
  if (encodeConfig(config) === encodeConfig(current)) return { agent: current, statements: [] };
  const named = crewIsMadeToo ? { ...config, crewId: undefined } : config;
  await checkNames(context.catalogue, accountId, named, current);
  return replaced(context, current, config, savedBy);
}

export interface PrepareOptions extends Pick<SaveOptions, 'savedBy'> {
  /** The crew that it is to join is written by the same batch. */
  readonly crewIsMadeToo?: boolean;
}

async function save(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  change: (current: AgentConfig) => AgentConfig,
  { ifVersion, savedBy }: SaveOptions,
): Promise<Agent> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const current = await context.store.findAgent(accountId, agentId);
    if (!current) throw agentNotFound(agentId);
    if (ifVersion !== undefined && ifVersion !== current.version)
      throw agentChanged(ifVersion, current.version);
    const config = change(current);
    checkConfig(config);
    if (encodeConfig(config) === encodeConfig(current)) return current;
    await checkNames(context.catalogue, accountId, config, current);
    const { agent, statements } = replaced(context, current, config, savedBy);
    if ((await context.db.write(statements)).ok) return agent;
  }
  throw agentErrors.agent_changed('The agent is being saved by too many others at once. Try again.');
}

function replaced(
  { clock, store }: AgentsContext,
  { id, accountId, version, createdAt }: Agent,
  config: AgentConfig,
  savedBy: string | undefined,
): { readonly agent: Agent; readonly statements: readonly Statement[] } {
  const now = clock.now();
  return {
    agent: { ...config, id, accountId, version: version + 1, createdAt, updatedAt: now },
    statements: store.replaceVersion(accountId, id, version, config, savedBy, now),
  };
}
