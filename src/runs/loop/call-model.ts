import type { Hold } from '../../billing/index.ts';
import type { StepOutcome } from '../../engine/index.ts';
import { isUnavailable, MusterError } from '../../lib/errors.ts';
import {
  estimatePromptTokens,
  type ModelCall,
  ModelCallError,
  type ModelReply,
  type PartialReply,
  type TokenUsage,
} from '../../models/index.ts';
import { stoppedBy } from '../errors.ts';
import type { RunSink } from '../events.ts';
import { billCall, usageOfPartial } from './bill-call.ts';
import { isSharedTighter, leftNanoUsd, planCall, type StepBudget } from './budget.ts';
import { buildCall, wantedOutputTokens } from './build-call.ts';
import { checkAnswer } from './check-answer.ts';
import type { LoopState } from './loop-state.ts';
import type { LoopDeps } from './run-agent.ts';
import { feedWhole, partSink } from './show-parts.ts';
import type { AgentTask } from './types.ts';

export type CallOutcome =
  /** `complaint`: what keeps the answer from fitting the format that was asked for. */
  | { readonly type: 'replied'; readonly reply: ModelReply; readonly complaint: string | undefined }
  | { readonly type: 'exhausted' }
  | { readonly type: 'failed'; readonly error: Error; readonly aborted: boolean };

/** What the step of a call leaves behind. All that follows from a call is derived from this, also when it is read back. */
type CallValue =
  | {
      readonly type: 'replied';
      readonly reply: ModelReply;
      readonly complaint: string | undefined;
      readonly costNanoUsd: bigint;
      readonly durationMs: number;
    }
  | {
      readonly type: 'broken';
      readonly error: Error;
      readonly aborted: boolean;
      readonly partial: PartialReply;
      /** Absent when the call cost nothing. */
      readonly usage?: TokenUsage;
      readonly costNanoUsd: bigint;
      readonly durationMs: number;
    }
  /** Credit or a cap does not cover the call. */
  | { readonly type: 'refused'; readonly error: Error }
  /** `isShared`: it is the bound that others have a part in. */
  | { readonly type: 'exhausted'; readonly isShared?: boolean; readonly isBusy?: boolean };

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
  const { step, task } = input;
  for (let look = 1; ; look++) {
    const name = look === 1 ? `${step}/model` : `${step}/model/${look}`;
    const value = await callOnce(input, name);
    if (value.type === 'exhausted' && value.isShared) {
      if (await task.raiseShared?.(name, value.isBusy === true)) continue;
    }
    return toOutcome(input, value);
  }
}

function callOnce(input: CallInput, name: string): Promise<CallValue> {
  const { task, state, step } = input;
  const call = buildCall(task, state, step);
  return input.deps.steps.step<CallValue>(name, async () => {
    const promptTokens = estimatePromptTokens(call);
    // Planned inside the step and right before the hold: what may still be spent is not the same on another day.
    const wanted = wantedOutputTokens(task);
    const budget = planCall({
      price: task.model.price,
      promptTokens,
      wantedOutputTokens: wanted,
      leftNanoUsd: leftNanoUsd(task, state),
    });
    // An answer is not cut short for what others hold for a moment.
    const isShort = budget.type === 'exhausted' || budget.maxOutputTokens < wanted;
    if (isShort && task.raiseShared && task.isSharedBusy?.()) {
      return { value: { type: 'exhausted', isShared: true, isBusy: true } };
    }
    return budget.type === 'exhausted'
      ? { value: { type: 'exhausted', isShared: isSharedTighter(task, state) } }
      : holdAndCall(input, call, promptTokens, budget);
  });
}

/** All that follows from a call, also from one that is read back. */
function toOutcome({ state, step, emit }: CallInput, value: CallValue): CallOutcome {
  switch (value.type) {
    case 'exhausted':
      return { type: 'exhausted' };
    case 'refused':
      return { type: 'failed', error: value.error, aborted: false };
    case 'replied': {
      const { reply, complaint, costNanoUsd, durationMs } = value;
      const { usage, finishReason } = reply;
      // Only what the provider signed or sealed is of use to anybody but the reader of the deltas.
      const reasoning = reply.reasoning.filter((item) => item.providerData !== undefined);
      emit({
        type: 'model.answered',
        step,
        usage,
        costNanoUsd,
        finishReason,
        durationMs,
        ...(reasoning.length > 0 && { reasoning }),
      });
      return { type: 'replied', reply, complaint };
    }
    case 'broken': {
      const { error, aborted, partial, usage, costNanoUsd, durationMs } = value;
      state.addReply(partialReply(partial));
      if (usage) {
        emit({
          type: 'model.answered',
          step,
          usage,
          costNanoUsd,
          finishReason: 'stop',
          durationMs,
          isPartial: true,
        });
      }
      emit({ type: 'model.failed', step, code: codeOf(error), costNanoUsd: 0n, durationMs });
      return { type: 'failed', error, aborted };
    }
  }
}

async function holdAndCall(
  { task, state, step, deps, emit, signal }: CallInput,
  call: ModelCall,
  promptTokens: number,
  { maxOutputTokens, holdNanoUsd }: Extract<StepBudget, { type: 'call' }>,
): Promise<StepOutcome<CallValue>> {
  const { model, runId, payer } = task;
  const started = deps.clock.now();
  let hold: Hold;
  try {
    hold = await deps.meter.hold({ callId: call.idempotencyKey, runId, payer, amountNanoUsd: holdNanoUsd });
  } catch (error) {
    // That is told to the caller, with what there is so far. A database that is away is no outcome: it may be back in a moment.
    if (!(error instanceof MusterError) || isUnavailable(error)) throw error;
    return { value: { type: 'refused', error } };
  }
  emit({ type: 'model.called', step, model: model.chat.id });
  const bill = (counted: TokenUsage) => billCall({ task, state, meter: deps.meter, hold }, counted);
  const finalCall = { ...call, parameters: { ...call.parameters, maxOutputTokens } };
  try {
    const sink = partSink(state, emit, deps.ready);
    const reply = await model.chat.call(finalCall, task.stream ? { signal, sink } : { signal });
    const isChecked = task.enforce && isWholeAnswer(reply);
    const complaint = isChecked ? checkAnswer(task.responseFormat, reply.text) : undefined;
    // An answer that will be asked for again is not shown where it can still be held back.
    if (!task.stream) feedWhole(complaint === undefined ? reply : { ...reply, text: '' }, sink);
    const { usage, costNanoUsd, statements } =
      reply.billedNanoUsd === undefined
        ? await bill(reply.usage)
        : { usage: reply.usage, costNanoUsd: reply.billedNanoUsd, statements: deps.meter.release(hold) };
    const durationMs = deps.clock.now() - started;
    return {
      value: { type: 'replied', reply: { ...reply, usage }, complaint, costNanoUsd, durationMs },
      statements,
    };
  } catch (error) {
    const isInterrupted = deps.isDurable && signal.aborted;
    if (!(error instanceof ModelCallError) || isInterrupted) {
      await deps.meter.giveBack(hold);
      throw error;
    }
    const { partial } = error;
    // Who goes away while the provider works leaves work that is paid for, though nothing of it has come yet.
    const reached = error.failure === 'aborted' ? { ...partial, started: true } : partial;
    const usage = usageOfPartial(reached, promptTokens);
    const { costNanoUsd, statements } = usage
      ? await bill(usage)
      : { costNanoUsd: 0n, statements: deps.meter.release(hold) };
    const value: CallValue = {
      type: 'broken',
      error: error.error ?? stoppedBy(signal),
      aborted: error.failure === 'aborted',
      partial,
      ...(usage && { usage }),
      costNanoUsd,
      durationMs: deps.clock.now() - started,
    };
    return { value, statements };
  }
}

/** Nothing of it is missing by design: neither cut, nor a refusal, nor a step on the way to the answer. */
function isWholeAnswer({ toolCalls, refusal, finishReason }: ModelReply): boolean {
  return toolCalls.length === 0 && !refusal && finishReason === 'stop';
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
