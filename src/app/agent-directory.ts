import type { Principal } from '../accounts/index.ts';
import type { Agents, CallableAgent } from '../agents/index.ts';
import { usdNumber } from '../billing/index.ts';
import { type AgentsApiDeps, agentsApiErrors } from '../http/agents-api/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import type { ModelPrice } from '../models/index.ts';

type Directory = Pick<AgentsApiDeps, 'findAgent' | 'listCallable' | 'describeModel'>;

/** What a principal may call: the account's agents, or those that its key is limited to. */
export function createAgentDirectory(rooms: {
  agents: Agents;
  knowledge: Pick<Knowledge, 'listDocuments'>;
  /** Undefined when the model cannot be called at present. */
  priceOf: (accountId: string, model: string) => Promise<ModelPrice | undefined>;
}): Directory {
  const { agents, knowledge, priceOf } = rooms;

  async function findAgent(principal: Principal, model: string): Promise<CallableAgent> {
    const agent = isAllowed(principal, model)
      ? await agents.findCallable(principal.accountId, model)
      : undefined;
    if (agent) return agent;
    throw agentsApiErrors.model_not_found(
      `There is no agent '${model}' that this key may call. GET /models lists those that there are.`,
      { field: 'model' },
    );
  }

  return {
    findAgent,

    async listCallable(principal) {
      const all = await agents.listCallable(principal.accountId);
      return all
        .filter((agent) => isAllowed(principal, agent.id))
        .map(({ id, createdAt }) => ({ id, createdAt, ownedBy: principal.accountId }));
    },

    async describeModel(principal, model) {
      const { id, config, version } = await findAgent(principal, model);
      const [{ createdAt }, documents, price] = await Promise.all([
        agents.getAgent(principal.accountId, id),
        knowledge.listDocuments(principal.accountId, id, { limit: 1 }),
        priceOf(principal.accountId, config.model),
      ]);
      return {
        id,
        object: 'model',
        created: Math.floor(createdAt / 1000),
        owned_by: principal.accountId,
        name: config.name,
        description: config.description,
        version,
        underlying_model: config.model,
        tools: [...config.tools],
        knowledge_files: documents.total,
        pricing: {
          currency: 'usd',
          input_usd_per_million: usdPerMillion(price?.inputNanoUsdPerMillion),
          cached_input_usd_per_million: usdPerMillion(price?.cachedInputNanoUsdPerMillion),
          output_usd_per_million: usdPerMillion(price?.outputNanoUsdPerMillion),
        },
      };
    },
  };
}

function isAllowed(principal: Principal, agentId: string): boolean {
  return (
    principal.kind === 'user' || principal.agentIds === undefined || principal.agentIds.includes(agentId)
  );
}

function usdPerMillion(nanoUsd: bigint | undefined): number | null {
  return nanoUsd === undefined ? null : usdNumber(nanoUsd);
}
