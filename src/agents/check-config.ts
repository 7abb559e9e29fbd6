import { invalid } from '../lib/errors.ts';
import type { ModelParameters } from '../models/index.ts';
import type { AgentConfig } from './types.ts';

const MAX_CHARS = {
  name: 200,
  description: 5_000,
  instructions: 200_000,
  role: 2_000,
  goal: 20_000,
  backstory: 50_000,
  model: 200,
} as const;
const MAX_TOOLS = 64;
const MAX_STEPS = 50;
const MAX_PASSAGES = 50;
const MAX_COST_NANO_USD = 1_000_000_000_000_000_000n;
const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/** Throws a 400 that names the field, as on the wire, unless every value is within its bounds. */
export function checkConfig(config: AgentConfig): void {
  if (config.name === '') throw invalid('name', 'must be given, or a role to take it from');
  if (/\p{Cc}/u.test(config.name)) throw invalid('name', 'must not contain control characters');
  if (config.model === '') throw invalid('model', 'must be given');
  for (const [field, max] of Object.entries(MAX_CHARS)) {
    // The keys of MAX_CHARS are text fields of the configuration.
    const text = config[field as keyof typeof MAX_CHARS];
    if (text.length > max) throw invalid(field, `must have at most ${max.toLocaleString('en')} characters`);
  }
  checkParameters(config.parameters);
  checkTools(config.tools);
  const { mode, limit } = config.knowledge;
  if (mode !== 'tool' && mode !== 'always') throw invalid('knowledge.mode', 'must be tool or always');
  checkRange('knowledge.limit', limit, 1, MAX_PASSAGES, { whole: true });
  checkRange('max_steps', config.maxSteps, 1, MAX_STEPS, { whole: true });
  checkAmount('max_cost_usd', config.maxCostNanoUsd);
  checkAmount('daily_limit_usd', config.dailyLimitNanoUsd);
  checkAmount('monthly_limit_usd', config.monthlyLimitNanoUsd);
  checkMetadata(config.metadata);
}

function checkParameters(parameters: ModelParameters): void {
  const at = (name: string) => `parameters.${name}`;
  checkRange(at('temperature'), parameters.temperature, 0, 2);
  checkRange(at('top_p'), parameters.topP, 0, 1);
  checkRange(at('max_output_tokens'), parameters.maxOutputTokens, 1, 10_000_000, { whole: true });
  checkRange(at('presence_penalty'), parameters.presencePenalty, -2, 2);
  checkRange(at('frequency_penalty'), parameters.frequencyPenalty, -2, 2);
  checkRange(at('seed'), parameters.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, { whole: true });
  const { reasoningEffort, stop = [] } = parameters;
  if (reasoningEffort !== undefined && !REASONING_EFFORTS.includes(reasoningEffort)) {
    throw invalid(at('reasoning_effort'), `must be one of ${REASONING_EFFORTS.join(', ')}`);
  }
  if (stop.length > 16) throw invalid(at('stop'), 'may have at most 16 entries');
  const wrong = stop.findIndex((text) => text === '' || text.length > 500);
  if (wrong !== -1) throw invalid(at(`stop.${wrong}`), 'must have 1 to 500 characters');
}

function checkAmount(field: string, amount: bigint | undefined): void {
  if (amount !== undefined && (amount <= 0n || amount > MAX_COST_NANO_USD)) {
    throw invalid(field, 'must be above 0 and at most 1,000,000,000');
  }
}

function checkTools(tools: readonly string[]): void {
  if (tools.length > MAX_TOOLS) throw invalid('tools', `may name at most ${MAX_TOOLS}`);
  for (const [index, tool] of tools.entries()) {
    if (tool === '' || tool.length > 200) throw invalid(`tools.${index}`, 'must have 1 to 200 characters');
    if (tools.indexOf(tool) !== index) throw invalid(`tools.${index}`, `names ${tool} a second time`);
  }
}

function checkMetadata(metadata: AgentConfig['metadata']): void {
  const entries = Object.entries(metadata);
  if (entries.length > 16) throw invalid('metadata', 'may have at most 16 keys');
  for (const [key, value] of entries) {
    if (key === '' || key.length > 64)
      throw invalid('metadata', 'has a key that is not 1 to 64 characters long');
    if (value.length > 512) throw invalid(`metadata.${key}`, 'must have at most 512 characters');
  }
}

function checkRange(
  field: string,
  value: number | undefined,
  min: number,
  max: number,
  { whole = false } = {},
): void {
  if (value === undefined) return;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return;
  throw invalid(field, `must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
}
