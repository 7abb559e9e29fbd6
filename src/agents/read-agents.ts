import type { Page, PageRequest } from '../lib/page.ts';
import type { AgentsContext } from './context.ts';
import { agentErrors } from './errors.ts';
import type { Agent, AgentFilters, AgentStatus, AgentSummary, AgentVersion } from './types.ts';

export async function getAgent(
  context: AgentsContext,
  accountId: string,
  agentId: string,
): Promise<Agent & { readonly status: AgentStatus }> {
  const agent = await context.store.findAgent(accountId, agentId);
  if (!agent) throw agentNotFound(agentId);
  return withStatus(context, agent);
}

export async function withStatus(
  context: AgentsContext,
  agent: Agent,
): Promise<Agent & { readonly status: AgentStatus }> {
  return { ...agent, status: await statusOf(context, agent.accountId, agent.model) };
}

/** The newest first. */
export async function listAgents(
  context: AgentsContext,
  accountId: string,
  request: PageRequest,
  filters: AgentFilters = {},
): Promise<Page<AgentSummary & { readonly status: AgentStatus }>> {
  const { items, total } = await context.store.listAgents(accountId, request, filters);
  const withStatus = items.map(async (agent) => ({
    ...agent,
    status: await statusOf(context, accountId, agent.model),
  }));
  return { items: await Promise.all(withStatus), total, page: request.page };
}

/** The newest first. Those of a deleted agent are gone with it. */
export async function listVersions(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  request: PageRequest,
): Promise<Page<AgentVersion>> {
  await requireAgent(context, accountId, agentId);
  return { ...(await context.store.listVersions(accountId, agentId, request)), page: request.page };
}

export async function getVersion(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  version: number,
): Promise<AgentVersion> {
  await requireAgent(context, accountId, agentId);
  const found = await context.store.getVersion(accountId, agentId, version);
  if (found) return found;
  throw agentErrors.agent_version_not_found(`The agent '${agentId}' has no version ${version}.`);
}

/** From now on the agent is not found by anything. What was said with it stays. */
export async function deleteAgent(
  context: AgentsContext,
  accountId: string,
  agentId: string,
  { ifVersion }: { readonly ifVersion?: number | undefined } = {},
): Promise<void> {
  const { clock, db, store } = context;
  const written = await db.write([store.deleteAgent(accountId, agentId, clock.now(), ifVersion)]);
  if (!written.ok) {
    if (ifVersion === undefined) throw agentNotFound(agentId);
    throw agentChanged(ifVersion, (await getAgent(context, accountId, agentId)).version);
  }
  context.callables.drop(agentId);
}

async function requireAgent(context: AgentsContext, accountId: string, agentId: string): Promise<void> {
  if ((await context.store.findVersion(accountId, agentId)) === undefined) throw agentNotFound(agentId);
}

async function statusOf(context: AgentsContext, accountId: string, model: string): Promise<AgentStatus> {
  return (await context.catalogue.modelExists(accountId, model)) ? 'ready' : 'error';
}

export function agentNotFound(agentId: string) {
  return agentErrors.agent_not_found(`There is no agent '${agentId}'.`);
}

export function agentChanged(given: number, newest: number) {
  return agentErrors.agent_changed(
    `The agent is at version ${newest}, the request was made for version ${given}. Read it again and repeat the change.`,
    { facts: { version: newest } },
  );
}
