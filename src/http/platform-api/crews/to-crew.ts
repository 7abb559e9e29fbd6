import type { Static } from 'typebox';
import type { Spend } from '../../../billing/index.ts';
import { type CrewSummary, revisionOf, type WholeCrew, type WholeCrewInput } from '../../../crews/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { isJsonObject, type JsonObject } from '../../../lib/json.ts';
import { toAgent } from '../agents/to-agent.ts';
import { toInput } from '../agents/to-input.ts';
import { readOptionalUsd, usdOrNull } from '../amounts.ts';
import { toCaps } from '../caps.ts';
import { toMs, toTask, toTaskInput } from '../tasks/to-task.ts';
import type { CrewBody, CrewEntry, CrewReply } from './schema.ts';

/** The fields of a request as the crews room takes them. */
export function toCrewInput(body: Static<typeof CrewBody>): WholeCrewInput {
  const { name, description, process, memory, agents, tasks } = body;
  return {
    ...{ name, description, process, memory },
    managerModel: body.manager_model,
    maxCostNanoUsd: readOptionalUsd('max_cost_usd', body.max_cost_usd),
    onMaxCost: body.on_max_cost,
    timeoutMs: toMs(body.timeout_s),
    maxDelegations: body.max_delegations,
    maxDelegationDepth: body.max_delegation_depth,
    inputs: toObject(body.inputs),
    agents: agents?.map(({ id, ...agent }) => ({ id, ...toInput(agent) })),
    tasks: tasks?.map(({ id, ...task }) => ({ id, ...toTaskInput(task) })),
  };
}

export function toCrewEntry(crew: CrewSummary): Static<typeof CrewEntry> {
  return {
    id: crew.id,
    name: crew.name,
    description: crew.description,
    status: crew.status,
    agents_count: crew.agentsCount,
    created_at: isoTime(crew.createdAt),
  };
}

/** `spend`: of its agents, by their ids. */
export function toCrew(whole: WholeCrew, spend: ReadonlyMap<string, Spend>): Static<typeof CrewReply> {
  const { crew, status, agents, tasks } = whole;
  return {
    id: crew.id,
    name: crew.name,
    description: crew.description,
    process: crew.process,
    status,
    agents: agents.map((agent) => ({ ...toAgent(agent), ...toCaps(agent, spend.get(agent.id)) })),
    tasks: tasks.map(toTask),
    configuration: {
      process: crew.process,
      manager_model: crew.managerModel ?? null,
      memory: crew.memory,
      max_cost_usd: usdOrNull(crew.maxCostNanoUsd),
      on_max_cost: crew.onMaxCost,
      timeout_s: crew.timeoutMs === undefined ? null : crew.timeoutMs / 1000,
      max_delegations: crew.maxDelegations,
      max_delegation_depth: crew.maxDelegationDepth,
      inputs: crew.inputs,
    },
    revision: revisionOf(whole),
    created_at: isoTime(crew.createdAt),
    updated_at: isoTime(crew.updatedAt),
  };
}

/** It came out of parseJson, so what is an object is a JSON object. */
function toObject(value: unknown): JsonObject | null | undefined {
  return isJsonObject(value) || value === null ? value : undefined;
}
