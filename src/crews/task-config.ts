import { checkTimeout, checkWhole } from './crew-config.ts';
import { invalidCrew } from './errors.ts';
import type { TaskConfig, TaskInput } from './types.ts';

const DEFAULT_MAX_RETRIES = 3;

const EMPTY: TaskConfig = {
  name: '',
  description: '',
  expectedOutput: '',
  context: undefined,
  async: false,
  humanInput: false,
  outputSchema: undefined,
  guardrail: undefined,
  maxRetries: DEFAULT_MAX_RETRIES,
  tools: undefined,
  timeoutMs: undefined,
};

const MAX_CHARS = { name: 200, description: 50_000, expectedOutput: 20_000, guardrail: 20_000 } as const;
const FIELDS = {
  name: 'name',
  description: 'description',
  expectedOutput: 'expected_output',
  guardrail: 'guardrail',
};
const MAX_CONTEXT = 100;
const MAX_CONTEXT_CHARS = 50_000;
const MAX_TOOLS = 64;
const MAX_RETRIES = 10;
const MAX_SCHEMA_CHARS = 100_000;

export function newTask(input: TaskInput): TaskConfig {
  return mergeTask(EMPTY, input);
}

/** `current` with what `input` says changed, checked by itself (see checkPlan for what it is to the others). */
export function mergeTask(current: TaskConfig, input: TaskInput): TaskConfig {
  const pick = <Key extends keyof TaskConfig>(key: Key): TaskConfig[Key] => {
    const given: TaskInput[Key] = input[key];
    if (given === undefined) return current[key];
    // What is neither absent nor null has the configuration's own type.
    return given === null ? EMPTY[key] : (given as TaskConfig[Key]);
  };
  const config: TaskConfig = {
    name: pick('name').trim(),
    description: pick('description'),
    expectedOutput: pick('expectedOutput'),
    context: pick('context'),
    async: pick('async'),
    humanInput: pick('humanInput'),
    outputSchema: pick('outputSchema'),
    guardrail: pick('guardrail')?.trim() || undefined,
    maxRetries: pick('maxRetries'),
    tools: pick('tools'),
    timeoutMs: pick('timeoutMs'),
  };
  checkTask(config);
  return config;
}

function checkTask(config: TaskConfig): void {
  if (config.description.trim() === '') throw invalidCrew('description', 'must be given');
  for (const [key, max] of Object.entries(MAX_CHARS)) {
    // The keys of MAX_CHARS are text fields of a task.
    const field = key as keyof typeof MAX_CHARS;
    if ((config[field]?.length ?? 0) > max) {
      throw invalidCrew(FIELDS[field], `must have at most ${max.toLocaleString('en')} characters`);
    }
  }
  if (/\p{Cc}/u.test(config.name)) throw invalidCrew('name', 'must not contain control characters');
  const { context = [], tools = [], outputSchema } = config;
  if (context.length > MAX_CONTEXT) throw invalidCrew('context', `may have at most ${MAX_CONTEXT} entries`);
  const long = context.findIndex((entry) => entry.length > MAX_CONTEXT_CHARS);
  if (long !== -1) throw invalidCrew(`context.${long}`, 'must have at most 50,000 characters');
  if (tools.length > MAX_TOOLS) throw invalidCrew('tools', `may name at most ${MAX_TOOLS}`);
  if (outputSchema && JSON.stringify(outputSchema).length > MAX_SCHEMA_CHARS) {
    throw invalidCrew('output_schema', 'must have at most 100,000 characters');
  }
  checkWhole('max_retries', config.maxRetries, 0, MAX_RETRIES);
  checkTimeout('timeout_s', config.timeoutMs);
}

export function encodeTask(config: TaskConfig): string {
  const { name, description, expectedOutput, context, humanInput, outputSchema, guardrail } = config;
  const { maxRetries, tools, timeoutMs } = config;
  return JSON.stringify({
    ...{ name, description, expectedOutput, context, async: config.async, humanInput, outputSchema },
    ...{ guardrail, maxRetries, tools, timeoutMs },
  });
}

/** What a task that an older Muster saved does not have gets its default. */
export function decodeTask(text: string): TaskConfig {
  // Only encodeTask writes these texts.
  return { ...EMPTY, ...(JSON.parse(text) as Partial<TaskConfig>) };
}
