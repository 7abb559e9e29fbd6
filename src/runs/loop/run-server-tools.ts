import { Interrupt, type StepOutcome } from '../../engine/index.ts';
import { isUnavailable, MusterError } from '../../lib/errors.ts';
import type { ModelReply } from '../../models/index.ts';
import type { Tool, ToolContext, ToolEffects, ToolOutcome } from '../../tools/index.ts';
import { stoppedBy } from '../errors.ts';
import type { RunSink } from '../events.ts';
import { type LoopState, NO_TOKENS } from './loop-state.ts';
import type { LoopDeps } from './run-agent.ts';
import type { AgentTask } from './types.ts';

/**
 * Runs the calls of one reply side by side, as the model asked for them; their results keep the model's order. Resolves
 * to what ended the run, if anything did: an abort, or credit that does not pay for a tool.
 */
export async function runServerTools(input: {
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
      failure ??= result.reason instanceof MusterError ? result.reason : stoppedBy(signal);
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
