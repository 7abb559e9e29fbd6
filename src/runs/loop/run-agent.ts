import { Interrupt, type StepOptions, type StepOutcome, type Steps } from '../../engine/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { isUnavailable, MusterError } from '../../lib/errors.ts';
import type { FinishReason, ModelReply } from '../../models/index.ts';
import type { Tool, ToolContext, ToolEffects, ToolOutcome } from '../../tools/index.ts';
import { runErrors, stoppedByCaller } from '../errors.ts';
import type { RunSink } from '../events.ts';
import { callModel } from './call-model.ts';
import { citeAnswer } from './cite-answer.ts';
import { LoopState, NO_TOKENS } from './loop-state.ts';
import { mayHandOver } from './offer-tools.ts';
import type { AgentResult, AgentTask, Meter, RunBound, RunObserver, ToolRunner } from './types.ts';

export interface LoopDeps {
  readonly steps: Steps;
  readonly meter: Meter;
  readonly tools: ToolRunner;
  readonly clock: Clock;
  /** Prefix of the addresses in citations. */
  readonly consoleUrl: string;
  /** Awaited between a provider's chunks. */
  readonly ready?: (() => Promise<void> | undefined) | undefined;
  /** The run is a job that another process may go on with: an abort is no outcome of it. */
  readonly isDurable?: boolean | undefined;
  /** What becomes of a tool call of which nobody knows whether it took effect; asked of a person unless given. */
  readonly whenUnknown?: StepOptions['whenUnknown'];
  readonly observe?: RunObserver | undefined;
}

/**
 * Answers one input: model, tools, model, … until the model answers, asks the caller for a tool, or a bound is reached.
 * At the last step that `maxSteps` allows the model is told to answer without tools, so that a bound gives an answer
 * where it can. Every call is held for before it is made and settled with its step. Failures that a caller is to be told
 * of are results, with what was made until then, not exceptions.
 */
export async function runAgent(
  task: AgentTask,
  deps: LoopDeps,
  emit: RunSink,
  signal: AbortSignal,
): Promise<AgentResult> {
  const state = new LoopState(task);
  const { observe } = deps;
  const startedAt = deps.clock.now();
  /** The last step whose model was called here: those before it may have been read back. */
  let newest = 0;
  const track: RunSink = (event) => {
    state.apply(event);
    emit(event);
    if (!observe) return;
    if (event.type === 'model.called') newest = event.step;
    if ('step' in event && event.step === newest) observe.event(task, event);
  };

  const end = (
    status: AgentResult['status'],
    finishReason: FinishReason,
    why: { error?: Error; bound?: RunBound } = {},
  ): AgentResult => {
    const result = finish(state, deps, track, status, finishReason, why);
    // A run that was only read back has ended before.
    if (newest > 0) observe?.ended?.(task, result, startedAt);
    return result;
  };

  for (let step = 1; ; step++) {
    const outcome = await callModel({ task, state, step, deps, emit: track, signal });
    if (outcome.type === 'exhausted') {
      state.warn('The bound max_cost_usd of the agent was reached before the answer was complete.');
      return end('incomplete', 'length', { bound: 'max_cost_usd' });
    }
    if (outcome.type === 'failed') {
      const { error, aborted } = outcome;
      return aborted
        ? end('incomplete', 'stop', { error, bound: 'stopped' })
        : end('failed', 'stop', { error });
    }
    const { reply, complaint } = outcome;
    state.addReply(reply);
    if (task.enforce && step === 1 && missesChoice(task, reply))
      return end('failed', 'stop', { error: choiceMissed(task) });

    const isTheirs = ({ callId, name }: ModelReply['toolCalls'][number]): boolean =>
      state.admissionOf(callId, name).type === 'client';
    const serverCalls = reply.toolCalls.filter((call) => !isTheirs(call));
    const clientCalls = reply.toolCalls.length - serverCalls.length;
    if (serverCalls.length > 0) {
      if (step >= task.maxSteps && clientCalls === 0) {
        state.dropUnanswered(serverCalls.map((call) => call.callId));
        state.warn('The bound max_steps of the agent was reached before the answer was complete.');
        return end('incomplete', 'length', { bound: 'max_steps' });
      }
      const calls = serverCalls;
      const failure = await runServerTools({ task, state, step, deps, emit: track, signal, calls });
      if (failure) {
        return signal.aborted
          ? end('incomplete', 'stop', { error: failure, bound: 'stopped' })
          : end('failed', 'stop', { error: failure });
      }
    }
    if (clientCalls > 0) return end('completed', 'tool_calls');
    if (serverCalls.length > 0) continue;
    // Calls that were not let through are none.
    if (task.enforce && isDemanded(task, reply) && !state.hasAdmittedCall)
      return end('failed', 'stop', { error: choiceMissed(task) });
    if (complaint !== undefined) {
      if (state.mending.length > 0) {
        return end('failed', 'stop', { error: schemaMissed(complaint) });
      }
      track({ type: 'answer.rejected', step, reason: complaint });
      state.rejectAnswer(reply.text, complaint, task.stream);
      continue;
    }
    switch (reply.finishReason) {
      case 'length':
        return end('incomplete', 'length', { bound: 'max_output_tokens' });
      case 'content_filter':
        return end('incomplete', 'content_filter', { bound: 'content_filter' });
      default:
        return end('completed', 'stop');
    }
  }
}

/** Whether a reply lacks the call that the request demands. An answer that was cut may have been about to make it. */
function missesChoice(task: AgentTask, reply: ModelReply): boolean {
  if (!isDemanded(task, reply)) return false;
  const { toolChoice } = task;
  return toolChoice.type === 'tool'
    ? !reply.toolCalls.some((call) => call.name === toolChoice.name)
    : reply.toolCalls.length === 0;
}

function isDemanded(task: AgentTask, reply: ModelReply): boolean {
  if (reply.finishReason === 'length' || reply.finishReason === 'content_filter' || reply.refusal)
    return false;
  if (task.maxSteps <= 1 && !mayHandOver(task)) return false;
  const { toolChoice } = task;
  return toolChoice.type === 'required' || toolChoice.type === 'tool';
}

function choiceMissed({ toolChoice }: AgentTask): Error {
  const wanted = toolChoice.type === 'tool' ? `a call of '${toolChoice.name}'` : 'a tool call';
  return runErrors.tool_choice_not_honoured(`The request demands ${wanted}, and the model made none.`, {
    field: 'tool_choice',
  });
}

function schemaMissed(complaint: string): Error {
  return runErrors.output_schema_mismatch(
    `The model's answer does not fit the JSON that was asked for. ${complaint}`,
  );
}

/**
 * Runs the calls of one reply side by side, as the model asked for them; their results keep the model's order. Resolves
 * to what ended the run, if anything did: an abort, or credit that does not pay for a tool.
 */
async function runServerTools(input: {
  task: AgentTask;
  state: LoopState;
  step: number;
  deps: LoopDeps;
  emit: RunSink;
  signal: AbortSignal;
  calls: ModelReply['toolCalls'];
}): Promise<Error | undefined> {
  const { task, state, step, deps, emit, signal, calls } = input;
  await coverTools(input);
  for (const call of calls) {
    emit({ type: 'tool.called', step, callId: call.callId, name: call.name, arguments: call.arguments });
  }
  const firstPassageNumber = state.passages.length + 1;
  const settled = await Promise.allSettled(
    calls.map(async (call, index) => {
      const started = deps.clock.now();
      const admission = state.admissionOf(call.callId, call.name);
      if (admission.type !== 'server') {
        const output = admission.type === 'refused' ? admission.reason : '';
        return { call, outcome: { output, isError: true }, durationMs: 0, costNanoUsd: 0n };
      }
      const { tool } = admission;
      const effects = effectsOf(tool, call.arguments);
      if (effects !== 'none') state.mayHaveActed = true;
      const outcome = await deps.steps.step(
        `${step}/tool/${index}/${call.name}`,
        () =>
          runPaidTool(task, deps, tool, call, {
            accountId: task.payer.accountId,
            agentId: task.agentId,
            runId: task.runId,
            callId: call.callId,
            idempotencyKey: `${task.runId}/${step}/tool/${index}`,
            signal,
            firstPassageNumber,
          }),
        { effects, ...(deps.whenUnknown && { whenUnknown: deps.whenUnknown }) },
      );
      const costNanoUsd = costOfCall(tool, outcome);
      return { call, outcome, durationMs: deps.clock.now() - started, costNanoUsd };
    }),
  );
  const unanswered: string[] = [];
  let failure: Error | undefined;
  for (const [index, result] of settled.entries()) {
    if (result.status === 'rejected') {
      if (result.reason instanceof Interrupt || (deps.isDurable && signal.aborted)) throw result.reason;
      // A bug or a dead database is not the run's to explain: it leaves as it is.
      const isTold = result.reason instanceof MusterError && !isUnavailable(result.reason);
      if (!signal.aborted && !isTold) throw result.reason;
      failure ??= result.reason instanceof MusterError ? result.reason : stoppedByCaller();
      unanswered.push(calls[index]?.callId ?? '');
      continue;
    }
    const { call, outcome, durationMs, costNanoUsd } = result.value;
    emit({
      type: 'tool.completed',
      step,
      callId: call.callId,
      name: call.name,
      output: state.renumberPassages(outcome, firstPassageNumber),
      isError: outcome.isError,
      costNanoUsd,
      durationMs,
    });
  }
  state.dropUnanswered(unanswered);
  return failure;
}

/** Before tools that cost are called: where a shared bound does not cover them, it may be raised. */
async function coverTools({
  task,
  state,
  step,
  deps,
  calls,
}: {
  readonly task: AgentTask;
  readonly state: LoopState;
  readonly step: number;
  readonly deps: LoopDeps;
  readonly calls: ModelReply['toolCalls'];
}): Promise<void> {
  const costNanoUsd = calls.reduce((sum, { callId, name }) => {
    const admission = state.admissionOf(callId, name);
    return admission.type === 'server' ? sum + admission.tool.priceNanoUsd : sum;
  }, 0n);
  if (costNanoUsd === 0n || !task.raiseShared) return;
  for (let look = 1; ; look++) {
    const name = `${step}/tools/${look}`;
    const { isCovered, isBusy } = await deps.steps.step(name, async () => {
      const left = task.sharedLeftNanoUsd?.();
      const isBusy = task.isSharedBusy?.() === true;
      return { value: { isCovered: left === undefined || costNanoUsd <= left, isBusy } };
    });
    if (isCovered || !(await task.raiseShared(name, isBusy))) return;
  }
}

async function runPaidTool(
  task: AgentTask,
  deps: LoopDeps,
  tool: Tool,
  call: { name: string; arguments: string },
  context: ToolContext,
): Promise<StepOutcome<ToolOutcome>> {
  const callId = context.idempotencyKey;
  const { runId, payer } = task;
  const hold = await deps.meter.hold({ callId, runId, payer, amountNanoUsd: tool.priceNanoUsd });
  let value: ToolOutcome;
  try {
    value = await deps.tools.runTool(tool, call.arguments, context);
  } catch (error) {
    await deps.meter.giveBack(hold);
    throw error;
  }
  if (tool.priceNanoUsd === 0n) return { value };
  const cost = costOfCall(tool, value);
  if (cost === 0n) return { value, statements: deps.meter.release(hold) };
  const statements = [
    ...deps.meter.settle({
      hold,
      costNanoUsd: cost,
      reason: tool.name,
      price: { call_nano_usd: cost.toString() },
    }),
    deps.meter.recordUsage(task.subject, { ...NO_TOKENS, toolCostNanoUsd: cost, costNanoUsd: cost }),
  ];
  return { value, statements };
}

/** What did not get as far as being asked costs nothing. */
function costOfCall(tool: Tool, { wasCalled }: ToolOutcome): bigint {
  return wasCalled === false ? 0n : tool.priceNanoUsd;
}

function effectsOf({ effects = 'none' }: Tool, argumentsText: string): ToolEffects {
  return typeof effects === 'function' ? effects(argumentsText) : effects;
}

function finish(
  state: LoopState,
  deps: LoopDeps,
  emit: RunSink,
  status: AgentResult['status'],
  finishReason: FinishReason,
  why: { error?: Error; bound?: RunBound },
): AgentResult {
  const { output, annotations } = citeAnswer(state.output, state.passages, deps.consoleUrl);
  if (annotations.length > 0) emit({ type: 'answer.cited', annotations });
  const { usage, warnings, mayHaveActed } = state;
  return { status, output, finishReason, usage, warnings, mayHaveActed, ...why };
}
