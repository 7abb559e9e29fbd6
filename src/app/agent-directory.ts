import { type Principal, requireRole, roleAllows } from '../accounts/index.ts';
import type { Agents, CallableAgent } from '../agents/index.ts';
import { usdNumber } from '../billing/index.ts';
import type { Crews } from '../crews/index.ts';
import { type AgentsApiDeps, agentsApiErrors, type ModelDescription } from '../http/agents-api/index.ts';
import type { Knowledge } from '../knowledge/index.ts';
import type { ModelPrice } from '../models/index.ts';
import { crewAsAgent, isCrewModel } from './crew-models.ts';

/** As POST /executions has it. */
const RUNS_CREWS = 'editor';

type Directory = Pick<AgentsApiDeps, 'findAgent' | 'listCallable' | 'describeModel'>;

/** What a principal may call: the account's agents and crews, or those that its key is limited to. */
export function createAgentDirectory(rooms: {
  agents: Agents;
  crews: Crews;
  knowledge: Pick<Knowledge, 'listDocuments'>;
  /** Undefined when the model cannot be called at present. */
  priceOf: (accountId: string, model: string) => Promise<ModelPrice | undefined>;
}): Directory {
  const { agents, crews, knowledge, priceOf } = rooms;

  async function find(principal: Principal, model: string): Promise<CallableAgent> {
    const { accountId } = principal;
    const callable = isAllowed(principal, model)
      ? ((await agents.findCallable(accountId, model)) ?? (await crewAsAgent(crews, accountId, model)))
      : undefined;
    if (callable) return callable;
    throw agentsApiErrors.model_not_found(
      `There is no agent or crew '${model}' that this key may call. GET /models lists those that there are.`,
      { field: 'model' },
    );
  }

  async function describeCrew(accountId: string, crewId: string): Promise<ModelDescription> {
    const { crew, agents: members } = await crews.getCrew(accountId, crewId);
    return {
      id: crewId,
      object: 'model',
      created: Math.floor(crew.createdAt / 1000),
      owned_by: accountId,
      name: crew.name,
      description: crew.description,
      version: 1,
      underlying_model: crew.managerModel ?? members[0]?.model ?? '',
      tools: [...new Set(members.flatMap(({ tools }) => tools))],
      knowledge_files: 0,
      // What a job costs depends on what its agents do.
      pricing: {
        currency: 'usd',
        input_usd_per_million: null,
        cached_input_usd_per_million: null,
        output_usd_per_million: null,
      },
    };
  }

  return {
    /** To call a crew is to run it, which takes the same role as to start it. */
    async findAgent(principal, model) {
      const callable = await find(principal, model);
      if (isCrewModel(callable.config.model) && principal.kind === 'user') {
        requireRole(principal, RUNS_CREWS, 'run crews');
      }
      return callable;
    },

    async listCallable(principal) {
      const { accountId } = principal;
      const [single, teams] = await Promise.all([
        agents.listCallable(accountId),
        mayRunCrews(principal) ? crews.listCallable(accountId) : [],
      ]);
      return [...single, ...teams]
        .filter((agent) => isAllowed(principal, agent.id))
        .map(({ id, name, createdAt }) => ({ id, name, createdAt, ownedBy: accountId }));
    },

    async describeModel(principal, model) {
      const { id, config, version } = await find(principal, model);
      if (isCrewModel(config.model)) return describeCrew(principal.accountId, id);
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

function mayRunCrews(principal: Principal): boolean {
  return principal.kind !== 'user' || roleAllows(principal.role, RUNS_CREWS);
}

function isAllowed(principal: Principal, agentId: string): boolean {
  return (
    principal.kind === 'user' || principal.agentIds === undefined || principal.agentIds.includes(agentId)
  );
}

function usdPerMillion(nanoUsd: bigint | undefined): number | null {
  return nanoUsd === undefined ? null : usdNumber(nanoUsd);
}
