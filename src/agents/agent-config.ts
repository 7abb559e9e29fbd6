import type { ModelParameters } from '../models/index.ts';
import type { AgentConfig, AgentInput, KnowledgeUse } from './types.ts';

const DEFAULT_MAX_STEPS = 10;
const DEFAULT_KNOWLEDGE: KnowledgeUse = { mode: 'tool', limit: 5 };

const EMPTY: AgentConfig = {
  name: '',
  description: '',
  instructions: '',
  role: '',
  goal: '',
  backstory: '',
  model: '',
  parameters: {},
  tools: [],
  knowledge: DEFAULT_KNOWLEDGE,
  maxSteps: DEFAULT_MAX_STEPS,
  maxCostNanoUsd: undefined,
  dailyLimitNanoUsd: undefined,
  monthlyLimitNanoUsd: undefined,
  crewId: undefined,
  metadata: {},
};

/** The configuration of a new agent, not yet checked. Its name is its role unless it is given one. */
export function newConfig(input: AgentInput): AgentConfig {
  const config = mergeConfig(EMPTY, input);
  return config.name === '' ? { ...config, name: config.role.trim().slice(0, 200) } : config;
}

/** `current` with what `input` says changed, not yet checked. */
export function mergeConfig(current: AgentConfig, input: AgentInput): AgentConfig {
  const pick = <K extends keyof AgentConfig & keyof AgentInput>(key: K): AgentConfig[K] => {
    const given = input[key];
    if (given === undefined) return current[key];
    // For the fields it is called with below, a value that is given has the configuration's own type.
    return given === null ? EMPTY[key] : (given as AgentConfig[K]);
  };
  return {
    name: pick('name').trim(),
    description: pick('description').trim(),
    instructions: pick('instructions'),
    role: pick('role'),
    goal: pick('goal'),
    backstory: pick('backstory'),
    model: pick('model').trim(),
    parameters: mergeParameters(current.parameters, input.parameters),
    tools: pick('tools'),
    knowledge: {
      mode: input.knowledge?.mode ?? (input.knowledge === null ? DEFAULT_KNOWLEDGE : current.knowledge).mode,
      limit:
        input.knowledge?.limit ?? (input.knowledge === null ? DEFAULT_KNOWLEDGE : current.knowledge).limit,
    },
    maxSteps: pick('maxSteps'),
    maxCostNanoUsd: pick('maxCostNanoUsd'),
    dailyLimitNanoUsd: pick('dailyLimitNanoUsd'),
    monthlyLimitNanoUsd: pick('monthlyLimitNanoUsd'),
    crewId: pick('crewId'),
    metadata: pick('metadata'),
  };
}

function mergeParameters(current: ModelParameters, input: AgentInput['parameters']): ModelParameters {
  if (input === undefined) return current;
  const merged: Record<string, unknown> = input === null ? {} : { ...current };
  for (const [name, value] of Object.entries(input ?? {})) {
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = value;
  }
  // Every value came from an object of that type under the same name.
  return merged as ModelParameters;
}

type Amount = 'maxCostNanoUsd' | 'dailyLimitNanoUsd' | 'monthlyLimitNanoUsd';
type StoredConfig = Omit<AgentConfig, Amount> & { readonly [Name in Amount]?: string };

/** The text that is stored: equal configurations have equal texts, so that saving nothing new is noticed. */
export function encodeConfig(config: AgentConfig): string {
  const { name, description, instructions, role, goal, backstory, model, tools, maxSteps, crewId } = config;
  const stored = {
    ...{ name, description, instructions, role, goal, backstory, model },
    parameters: sorted(config.parameters),
    tools,
    knowledge: { mode: config.knowledge.mode, limit: config.knowledge.limit },
    maxSteps,
    maxCostNanoUsd: config.maxCostNanoUsd?.toString(),
    dailyLimitNanoUsd: config.dailyLimitNanoUsd?.toString(),
    monthlyLimitNanoUsd: config.monthlyLimitNanoUsd?.toString(),
    crewId,
    metadata: sorted(config.metadata),
  };
  return JSON.stringify(stored);
}

/** Fields that a version saved by an older Muster does not have get their defaults. */
export function decodeConfig(text: string): AgentConfig {
  // Only encodeConfig writes these texts.
  const stored = JSON.parse(text) as Partial<StoredConfig>;
  const { maxCostNanoUsd, dailyLimitNanoUsd, monthlyLimitNanoUsd, ...rest } = stored;
  return {
    ...EMPTY,
    ...rest,
    maxCostNanoUsd: toAmount(maxCostNanoUsd),
    dailyLimitNanoUsd: toAmount(dailyLimitNanoUsd),
    monthlyLimitNanoUsd: toAmount(monthlyLimitNanoUsd),
  };
}

export function toAmount(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : BigInt(text);
}

function sorted(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
