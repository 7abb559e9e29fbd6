import { invalidCrew } from './errors.ts';
import type { Crew, CrewConfig, CrewInput } from './types.ts';

const EMPTY: CrewConfig = {
  name: '',
  description: '',
  process: 'sequential',
  managerModel: undefined,
  memory: true,
  maxCostNanoUsd: undefined,
  onMaxCost: 'stop',
  timeoutMs: undefined,
  maxDelegations: 10,
  maxDelegationDepth: 1,
  inputs: {},
};

const MAX_NAME = 200;
const MAX_DESCRIPTION = 5_000;
const MAX_COST_NANO_USD = 1_000_000_000_000_000_000n;
const MAX_TIMEOUT_MS = 7 * 86_400_000;
const MAX_DELEGATIONS = 50;
const MAX_DELEGATION_DEPTH = 5;

export function newCrew(input: CrewInput): CrewConfig {
  return mergeCrew(EMPTY, input);
}

/** `current` with what `input` says changed, checked. */
export function mergeCrew(current: CrewConfig, input: CrewInput): CrewConfig {
  const pick = <Key extends keyof CrewConfig>(key: Key): CrewConfig[Key] => {
    const given: CrewInput[Key] = input[key];
    if (given === undefined) return current[key];
    // What is neither absent nor null has the configuration's own type.
    return given === null ? EMPTY[key] : (given as CrewConfig[Key]);
  };
  const config: CrewConfig = {
    name: pick('name').trim(),
    description: pick('description').trim(),
    process: pick('process'),
    managerModel: pick('managerModel')?.trim() || undefined,
    memory: pick('memory'),
    maxCostNanoUsd: pick('maxCostNanoUsd'),
    onMaxCost: pick('onMaxCost'),
    timeoutMs: pick('timeoutMs'),
    maxDelegations: pick('maxDelegations'),
    maxDelegationDepth: pick('maxDelegationDepth'),
    inputs: pick('inputs'),
  };
  checkCrew(config);
  return config;
}

function checkCrew(config: CrewConfig): void {
  const { name, description, maxCostNanoUsd, timeoutMs } = config;
  if (name === '') throw invalidCrew('name', 'must be given');
  if (name.length > MAX_NAME) throw invalidCrew('name', `must have at most ${MAX_NAME} characters`);
  if (/\p{Cc}/u.test(name)) throw invalidCrew('name', 'must not contain control characters');
  if (description.length > MAX_DESCRIPTION) {
    throw invalidCrew('description', `must have at most ${MAX_DESCRIPTION} characters`);
  }
  if (maxCostNanoUsd !== undefined) checkMaxCost(maxCostNanoUsd);
  checkTimeout('timeout_s', timeoutMs);
  checkWhole('max_delegations', config.maxDelegations, 1, MAX_DELEGATIONS);
  checkWhole('max_delegation_depth', config.maxDelegationDepth, 1, MAX_DELEGATION_DEPTH);
}

export function checkMaxCost(maxCostNanoUsd: bigint): void {
  if (maxCostNanoUsd <= 0n || maxCostNanoUsd > MAX_COST_NANO_USD) {
    throw invalidCrew('max_cost_usd', 'must be above 0 and at most 1,000,000,000');
  }
}

export function checkTimeout(field: string, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && (timeoutMs < 1_000 || timeoutMs > MAX_TIMEOUT_MS)) {
    throw invalidCrew(field, `must be from 1 to ${MAX_TIMEOUT_MS / 1000} seconds`);
  }
}

export function checkWhole(field: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalidCrew(field, `must be a whole number from ${min} to ${max}`);
  }
}

type Stored = Omit<CrewConfig, 'maxCostNanoUsd'> & {
  readonly maxCostNanoUsd?: string;
  readonly agentOrder?: readonly string[];
};

export function encodeCrew(crew: CrewConfig & Pick<Crew, 'agentOrder'>): string {
  const { name, description, process, managerModel, memory, maxCostNanoUsd, timeoutMs } = crew;
  const { maxDelegations, maxDelegationDepth, inputs, agentOrder } = crew;
  return JSON.stringify({
    ...{ name, description, process, managerModel, memory, timeoutMs },
    maxCostNanoUsd: maxCostNanoUsd?.toString(),
    onMaxCost: crew.onMaxCost,
    ...{ maxDelegations, maxDelegationDepth, inputs, agentOrder },
  });
}

/** What a crew that an older Muster saved does not have gets its default. */
export function decodeCrew(text: string): CrewConfig & Pick<Crew, 'agentOrder'> {
  // Only encodeCrew writes these texts.
  const { maxCostNanoUsd, ...rest } = JSON.parse(text) as Partial<Stored>;
  return {
    ...EMPTY,
    agentOrder: [],
    ...rest,
    maxCostNanoUsd: maxCostNanoUsd === undefined ? undefined : BigInt(maxCostNanoUsd),
  };
}
