import type { Static } from 'typebox';
import type { Agent, AgentConfig, AgentStatus, AgentSummary, AgentVersion } from '../../../agents/index.ts';
import type { Spend } from '../../../billing/index.ts';
import { isoTime } from '../../../lib/clock.ts';
import { usdOrNull } from '../amounts.ts';
import { toCaps } from '../caps.ts';
import type { AgentEntry, AgentReply, VersionEntry } from './schema.ts';

type Parameters = Static<typeof AgentReply>['parameters'];

export function toAgent(agent: Agent & { readonly status: AgentStatus }): Static<typeof AgentReply> {
  return {
    id: agent.id,
    ...toConfig(agent),
    status: agent.status,
    version: agent.version,
    created_at: isoTime(agent.createdAt),
    updated_at: isoTime(agent.updatedAt),
  };
}

export function toAgentEntry(
  agent: AgentSummary & { readonly status: AgentStatus },
  spend: Spend | undefined,
  names: ReadonlyMap<string, string>,
): Static<typeof AgentEntry> {
  return {
    id: agent.id,
    name: agent.name,
    crew_id: agent.crewId ?? null,
    crew_name: names.get(agent.crewId ?? '') ?? null,
    model: agent.model,
    status: agent.status,
    ...toCaps(agent, spend),
    version: agent.version,
    created_at: isoTime(agent.createdAt),
    updated_at: isoTime(agent.updatedAt),
  };
}

export function toVersion(saved: AgentVersion): Static<typeof VersionEntry> {
  return {
    agent_id: saved.agentId,
    version: saved.version,
    ...toConfig(saved.config),
    created_by: saved.createdBy ?? null,
    created_by_name: saved.createdByName ?? null,
    created_at: isoTime(saved.createdAt),
  };
}

function toConfig(config: AgentConfig) {
  const { name, description, instructions, role, goal, backstory, model } = config;
  return {
    ...{ name, description, instructions, role, goal, backstory, model },
    parameters: toParameters(config.parameters),
    tools: [...config.tools],
    knowledge: { mode: config.knowledge.mode, limit: config.knowledge.limit },
    max_steps: config.maxSteps,
    max_cost_usd: usdOrNull(config.maxCostNanoUsd),
    daily_limit_usd: usdOrNull(config.dailyLimitNanoUsd),
    monthly_limit_usd: usdOrNull(config.monthlyLimitNanoUsd),
    crew_id: config.crewId ?? null,
    metadata: { ...config.metadata },
  };
}

function toParameters(parameters: AgentConfig['parameters']): Parameters {
  const { temperature, topP, maxOutputTokens, reasoningEffort, stop } = parameters;
  const { presencePenalty, frequencyPenalty, seed } = parameters;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    ...(reasoningEffort !== undefined && { reasoning_effort: reasoningEffort }),
    ...(stop !== undefined && { stop: [...stop] }),
    ...(presencePenalty !== undefined && { presence_penalty: presencePenalty }),
    ...(frequencyPenalty !== undefined && { frequency_penalty: frequencyPenalty }),
    ...(seed !== undefined && { seed }),
  };
}
