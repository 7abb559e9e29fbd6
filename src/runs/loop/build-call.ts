import type { ModelCall } from '../../models/index.ts';
import { LoopState } from './loop-state.ts';
import { offerTools } from './offer-tools.ts';
import type { AgentTask } from './types.ts';

/** Sent upstream when neither agent nor caller says how long an answer may be: a bound is needed to hold credit for. */
const DEFAULT_OUTPUT_TOKENS = 8192;

/** What a task asks its model first. */
export function firstCall(task: AgentTask): ModelCall {
  return buildCall(task, new LoopState(task), 1);
}

/** What a task asks its model in this step, without the bound on its answer. */
export function buildCall(task: AgentTask, state: LoopState, step: number): ModelCall {
  const { tools, toolChoice } = offerTools(task, state, step);
  return {
    instructions: task.instructions,
    items: [...task.items, ...state.output, ...state.mending],
    tools,
    toolChoice,
    ...(task.parallelToolCalls !== undefined && { parallelToolCalls: task.parallelToolCalls }),
    responseFormat: task.responseFormat,
    parameters: task.parameters,
    idempotencyKey: `${task.runId}/${step}`,
  };
}

export function wantedOutputTokens(task: AgentTask): number {
  const wanted = task.parameters.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS;
  return Math.min(wanted, task.model.info.maxOutputTokens ?? wanted);
}
