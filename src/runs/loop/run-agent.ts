import type { StepOptions, Steps } from '../../engine/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { FinishReason, ModelReply } from '../../models/index.ts';
import { runErrors } from '../errors.ts';
import type { RunSink } from '../events.ts';
import { callModel } from './call-model.ts';
import { citeAnswer } from './cite-answer.ts';
import { choiceMissed, isDemanded, missesChoice } from './demanded-choice.ts';
import { LoopState } from './loop-state.ts';
import { runServerTools } from './run-server-tools.ts';
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

function schemaMissed(complaint: string): Error {
  return runErrors.output_schema_mismatch(
    `The model's answer does not fit the JSON that was asked for. ${complaint}`,
  );
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
