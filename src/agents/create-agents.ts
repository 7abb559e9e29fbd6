import type { Database, Statement } from '../db/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Page, PageRequest } from '../lib/page.ts';
import { CallableCache } from './callable-cache.ts';
import type { AgentsContext } from './context.ts';
import { createAgent, prepareAgent } from './create-agent.ts';
import { draftAgent } from './draft-agent.ts';
import { findCallable } from './find-callable.ts';
import { deleteAgent, getAgent, getVersion, listAgents, listVersions, withStatus } from './read-agents.ts';
import {
  type PrepareOptions,
  prepareUpdate,
  restoreVersion,
  type SaveOptions,
  updateAgent,
} from './save-agent.ts';
import { createAgentStore } from './store.ts';
import type {
  Agent,
  AgentCatalogue,
  AgentFilters,
  AgentInput,
  AgentStatus,
  AgentSummary,
  AgentVersion,
  CallableAgent,
} from './types.ts';

export interface AgentsDependencies extends AgentCatalogue {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Agents and their versions. All throw agent_not_found for an id that the account does not have. */
export interface Agents {
  createAgent(accountId: string, input: AgentInput, createdBy: string | undefined): Promise<Agent>;
  /** Checks an agent and gives the statements that write it, for a batch that makes more (a crew with its agents). */
  prepareAgent(
    accountId: string,
    input: AgentInput,
    createdBy: string | undefined,
    options?: { readonly crewIsMadeToo?: boolean },
  ): Promise<{ readonly agent: Agent; readonly statements: readonly Statement[] }>;
  /** The same for a change of one that there is; the batch is refused when somebody else saves it first. */
  prepareUpdate(
    accountId: string,
    agentId: string,
    input: AgentInput,
    options: PrepareOptions,
  ): Promise<{ readonly agent: Agent; readonly statements: readonly Statement[] }>;
  getAgent(accountId: string, agentId: string): Promise<Agent & { readonly status: AgentStatus }>;
  listAgents(
    accountId: string,
    request: PageRequest,
    filters?: AgentFilters,
  ): Promise<Page<AgentSummary & { readonly status: AgentStatus }>>;
  /** Throws agent_changed when `ifVersion` is not the newest. */
  updateAgent(
    accountId: string,
    agentId: string,
    input: AgentInput,
    options?: SaveOptions,
  ): Promise<Agent & { readonly status: AgentStatus }>;
  /** Throws agent_changed when `ifVersion` is not the newest. */
  deleteAgent(accountId: string, agentId: string, options?: Pick<SaveOptions, 'ifVersion'>): Promise<void>;

  listVersions(accountId: string, agentId: string, request: PageRequest): Promise<Page<AgentVersion>>;
  /** Throws agent_version_not_found. */
  getVersion(accountId: string, agentId: string, version: number): Promise<AgentVersion>;
  restoreVersion(
    accountId: string,
    agentId: string,
    version: number,
    options?: SaveOptions,
  ): Promise<Agent & { readonly status: AgentStatus }>;

  /** For calls: one point read, and no parsing of what was parsed before. */
  findCallable(accountId: string, agentId: string): Promise<CallableAgent | undefined>;
  /** What would be called after a save of `input`, which is checked as a save is; nothing is saved. */
  draftAgent(accountId: string, agentId: string, input: AgentInput): Promise<CallableAgent>;
  /** All agents of the account, the oldest first. */
  listCallable(accountId: string): Promise<readonly Pick<AgentSummary, 'id' | 'name' | 'createdAt'>[]>;
  /** Those that name one of the tools now; their older versions do not count. */
  listUsing(
    accountId: string,
    tools: readonly string[],
  ): Promise<readonly Pick<AgentSummary, 'id' | 'name'>[]>;
}

export function createAgents(dependencies: AgentsDependencies): Agents {
  const { db, clock, ids } = dependencies;
  const store = createAgentStore(db);
  const context: AgentsContext = {
    db,
    clock,
    ids,
    catalogue: dependencies,
    store,
    callables: new CallableCache(),
  };
  return {
    createAgent: (accountId, input, createdBy) => createAgent(context, accountId, input, createdBy),
    prepareAgent: (accountId, input, createdBy, options) =>
      prepareAgent(context, accountId, input, createdBy, options),
    prepareUpdate: (accountId, agentId, input, options) =>
      prepareUpdate(context, accountId, agentId, input, options),
    getAgent: (accountId, agentId) => getAgent(context, accountId, agentId),
    listAgents: (accountId, request, filters) => listAgents(context, accountId, request, filters),
    updateAgent: async (accountId, agentId, input, options) =>
      withStatus(context, await updateAgent(context, accountId, agentId, input, options)),
    deleteAgent: (accountId, agentId, options) => deleteAgent(context, accountId, agentId, options),
    listVersions: (accountId, agentId, request) => listVersions(context, accountId, agentId, request),
    getVersion: (accountId, agentId, version) => getVersion(context, accountId, agentId, version),
    restoreVersion: async (accountId, agentId, version, options) =>
      withStatus(context, await restoreVersion(context, accountId, agentId, version, options)),
    findCallable: (accountId, agentId) => findCallable(context, accountId, agentId),
    draftAgent: (accountId, agentId, input) => draftAgent(context, accountId, agentId, input),
    listCallable: (accountId) => store.listCallable(accountId),
    listUsing: (accountId, tools) => store.listUsing(accountId, tools),
  };
}
