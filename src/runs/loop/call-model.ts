import type { Hold } from '../../billing/index.ts';
import { smallest } from '../../lib/bigint.ts';
import { MusterError } from '../../lib/errors.ts';
import {
  costOf,
  estimatePromptTokens,
  estimateTokens,
  type ModelCall,
  ModelCallError,
  type ModelPart,
  type ModelReply,
  type ModelSink,
  type PartialReply,
  type TokenUsage,
} from '../../models/index.ts';
import { stoppedByCaller } from '../errors.ts';
import type { RunSink } from '../events.ts';
import { planCall } from './budget.ts';
import type { LoopState } from './loop-state.ts';
import type { LoopDeps } from './run-agent.ts';
import type { AgentTask } from './types.ts';

/** Sent upstream when neither agent nor caller says how long an answer may be: a bound is needed to hold credit for. */
const DEFAULT_OUTPUT_TOKENS = 8192;

export type CallOutcome =
  | { readonly type: 'replied'; readonly reply: ModelReply }
  | { readonly type: 'exhausted' }
  | { readonly type: 'failed'; readonly error: Error; readonly aborted: boolean };

interface CallInput {
  readonly task: AgentTask;
  readonly state: LoopState;
  readonly step: number;
  readonly deps: LoopDeps;
  readonly emit: RunSink;
  readonly signal: AbortSignal;
}

/**
 * One paid model call: hold, call, settle. What a provider sent before it broke is billed, and kept as partial output;
 * a call that it refused outright costs nothing.
 */
export async function callModel(input: CallInput): Promise<CallOutcome> {
  const { task, state, step, deps, emit, signal } = input;
  const { model } = task;
  const call = buildCall(task, state, step);
  const promptTokens = estimatePromptTokens(call);
  const wanted = wantedOutputTokens(task);
  const budget = planCall({
    price: model.price,
    promptTokens,
    wantedOutputTokens: wanted,
    leftNanoUsd:
      task.maxCostNanoUsd === undefined ? undefined : task.maxCostNanoUsd - state.usage.costNanoUsd,
  });
  if (budget.type === 'exhausted') return { type: 'exhausted' };

  const { maxOutputTokens, holdNanoUsd } = budget;
  const { runId, payer } = task;
  const started = deps.clock.now();
  return deps.steps.step<CallOutcome>(`${step}/model`, async () => {
    let hold: Hold;
    try {
      hold = await deps.meter.hold({ callId: call.idempotencyKey, runId, payer, amountNanoUsd: holdNanoUsd });
    } catch (error) {
      // Credit or a cap does not cover the call: that is told to the caller, with what there is so far.
      if (!(error instanceof MusterError)) throw error;
      return { value: { type: 'failed', error, aborted: false } };
    }
    emit({ type: 'model.called', step, model: model.chat.id });
    const bill = (usage: TokenUsage) => {
      // Absurd figures of a provider cost no more than what was set aside for the call.
      const costNanoUsd = smallest(costOf(model.price, usage), hold.amountNanoUsd);
      const statements = [
        ...deps.meter.settle({ hold, costNanoUsd, reason: model.chat.id, price: priceOnRecord(task) }),
        deps.meter.recordUsage(task.subject, { ...usage, toolCostNanoUsd: 0n, costNanoUsd }),
      ];
      return { costNanoUsd, statements };
    };
    const finalCall = { ...call, parameters: { ...call.parameters, maxOutputTokens } };
    try {
      const sink = partSink(state, emit, deps.ready);
      const reply = await model.chat.call(finalCall, task.stream ? { signal, sink } : { signal });
      if (!task.stream) feedWhole(reply, sink);
      const { costNanoUsd, statements } = bill(reply.usage);
      emit({
        type: 'model.answered',
        step,
        usage: reply.usage,
        costNanoUsd,
        finishReason: reply.finishReason,
        durationMs: deps.clock.now() - started,
      });
      return { value: { type: 'replied', reply }, statements };
    } catch (error) {
      if (!(error instanceof ModelCallError)) throw error;
      const usage = usageOfPartial(error.partial, promptTokens);
      const { costNanoUsd, statements } = usage
        ? bill(usage)
        : { costNanoUsd: 0n, statements: deps.meter.release(hold) };
      state.addReply(partialReply(error.partial));
      const shown = error.error ?? stoppedByCaller();
      if (usage)
        emit({
          type: 'model.answered',
          step,
          usage,
          costNanoUsd,
          finishReason: 'stop',
          durationMs: deps.clock.now() - started,
        });
      emit({
        type: 'model.failed',
        step,
        code: codeOf(shown),
        costNanoUsd: 0n,
        durationMs: deps.clock.now() - started,
      });
      return { value: { type: 'failed', error: shown, aborted: error.failure === 'aborted' }, statements };
    }
  });
}

function buildCall(task: AgentTask, state: LoopState, step: number): ModelCall {
  const tools = [...task.serverTools, ...task.clientTools];
  // The last step must be an answer; a choice that forces a tool holds for the first step only, or it would never end.
  const toolChoice =
    step >= task.maxSteps ? { type: 'none' as const } : step === 1 ? task.toolChoice : relaxed(task);
  return {
    instructions: task.instructions,
    items: state.output.length === 0 ? task.items : [...task.items, ...state.output],
    tools,
    toolChoice: tools.length === 0 ? { type: 'auto' } : toolChoice,
    ...(task.parallelToolCalls !== undefined && { parallelToolCalls: task.parallelToolCalls }),
    responseFormat: task.responseFormat,
    parameters: task.parameters,
    idempotencyKey: `${task.runId}/${step}`,
  };
}

function relaxed(task: AgentTask): ModelCall['toolChoice'] {
  return task.toolChoice.type === 'none' ? task.toolChoice : { type: 'auto' };
}

function wantedOutputTokens(task: AgentTask): number {
  const wanted = task.parameters.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS;
  return Math.min(wanted, task.model.info.maxOutputTokens ?? wanted);
}

/** Turns what the model says into events. Calls of server tools are not shown while they are being written. */
function partSink(state: LoopState, emit: RunSink, ready: LoopDeps['ready']): ModelSink {
  const shown = new Map<number, number>();
  return {
    ...(ready && { ready }),
    part(part: ModelPart): void {
      switch (part.type) {
        case 'text':
        case 'reasoning':
        case 'refusal':
          emit({ type: `${part.type}.delta`, text: part.delta });
          break;
        case 'tool_call':
          if (!state.isClientTool(part.name)) break;
          shown.set(part.index, state.clientCallCount);
          emit({
            type: 'client_call.started',
            index: state.clientCallCount,
            callId: part.callId,
            name: part.name,
          });
          state.clientCallCount += 1;
          break;
        case 'tool_arguments': {
          const index = shown.get(part.index);
          if (index !== undefined) emit({ type: 'client_call.delta', index, text: part.delta });
          break;
        }
      }
    },
  };
}

/** A reply that came in one piece, as the parts of a stream: projections know one form only. */
function feedWhole(reply: ModelReply, sink: ModelSink): void {
  for (const { text } of reply.reasoning) if (text !== '') sink.part({ type: 'reasoning', delta: text });
  if (reply.text !== '') sink.part({ type: 'text', delta: reply.text });
  if (reply.refusal) sink.part({ type: 'refusal', delta: reply.refusal });
  for (const [index, call] of reply.toolCalls.entries()) {
    sink.part({ type: 'tool_call', index, callId: call.callId, name: call.name });
    if (call.arguments !== '') sink.part({ type: 'tool_arguments', index, delta: call.arguments });
  }
}

function priceOnRecord({ model }: AgentTask): Record<string, string> {
  return {
    input_nano_usd_per_million: model.price.inputNanoUsdPerMillion.toString(),
    cached_input_nano_usd_per_million: model.price.cachedInputNanoUsdPerMillion.toString(),
    output_nano_usd_per_million: model.price.outputNanoUsdPerMillion.toString(),
  };
}

/** What a broken call is billed: the provider's own figures, or what was sent and received, counted; nothing if it never began. */
function usageOfPartial(partial: PartialReply, promptTokens: number): TokenUsage | undefined {
  if (partial.usage) return partial.usage;
  if (!partial.started) return undefined;
  const received =
    estimateTokens(partial.text + partial.reasoningText) + Math.ceil(partial.toolArgumentsLength / 4);
  return {
    inputTokens: promptTokens,
    cachedTokens: 0,
    outputTokens: received,
    reasoningTokens: estimateTokens(partial.reasoningText),
    estimated: true,
  };
}

/** Tool calls that were being written when the call broke are not kept: nobody can answer half a call. */
function partialReply(
  partial: PartialReply,
): Pick<ModelReply, 'text' | 'reasoning' | 'toolCalls' | 'warnings'> {
  const reasoning =
    partial.reasoningText === '' ? [] : [{ type: 'reasoning' as const, text: partial.reasoningText }];
  return { text: partial.text, reasoning, toolCalls: [], warnings: [] };
}

function codeOf(error: Error): string {
  return error instanceof MusterError ? error.code : 'internal_error';
}
