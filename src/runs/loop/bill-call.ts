import type { Hold } from '../../billing/index.ts';
import type { Statement } from '../../db/index.ts';
import { smallest } from '../../lib/bigint.ts';
import { MusterError } from '../../lib/errors.ts';
import { costOf, estimateTokens, type PartialReply, type TokenUsage } from '../../models/index.ts';
import { leftNanoUsd } from './budget.ts';
import type { LoopState } from './loop-state.ts';
import type { AgentTask, Meter } from './types.ts';

export interface Bill {
  /** Marked as estimated where it is not what was paid. */
  readonly usage: TokenUsage;
  readonly costNanoUsd: bigint;
  /** What settles the call's holds and adds to its run's usage row: for one batch with what was paid for. */
  readonly statements: readonly Statement[];
}

interface BilledCall {
  readonly task: AgentTask;
  readonly state: LoopState;
  readonly meter: Meter;
  /** What was set aside before the call. */
  readonly hold: Hold;
}

/** What a call that used so many tokens is billed: their price, as far as the run's bounds and its credit cover it. */
export async function billCall(call: BilledCall, counted: TokenUsage): Promise<Bill> {
  const { task, meter, hold } = call;
  const { model } = task;
  const cost = costOf(model.price, counted);
  const more = await holdMore(call, cost - hold.amountNanoUsd);
  const covered = hold.amountNanoUsd + (more?.amountNanoUsd ?? 0n);
  const costNanoUsd = smallest(cost, covered);
  // What could not be covered is not billed, and the row says that its tokens are not what was paid.
  const usage = cost > covered ? { ...counted, estimated: true } : counted;
  const charge = { reason: model.chat.id, price: priceOnRecord(task) };
  const statements = [
    ...meter.settle({ ...charge, hold, costNanoUsd: smallest(cost, hold.amountNanoUsd) }),
    ...(more ? meter.settle({ ...charge, hold: more, costNanoUsd: costNanoUsd - hold.amountNanoUsd }) : []),
    meter.recordUsage(task.subject, { ...usage, toolCostNanoUsd: 0n, costNanoUsd }),
  ];
  return { usage, costNanoUsd, statements };
}

/**
 * A provider may count more than was set aside for a call: prompts are estimated, images above all. The rest is held too,
 * within the run's own bound; undefined when there is none, or no credit for it.
 */
async function holdMore(
  { task, state, meter, hold: first }: BilledCall,
  missingNanoUsd: bigint,
): Promise<Hold | undefined> {
  if (missingNanoUsd <= 0n) return undefined;
  const left = leftNanoUsd(task, state);
  const amountNanoUsd =
    left === undefined ? missingNanoUsd : smallest(missingNanoUsd, left - first.amountNanoUsd);
  if (amountNanoUsd <= 0n) return undefined;
  const { runId, payer } = task;
  try {
    // The call is paid for at the provider by now.
    const request = { callId: `${first.callId}/more`, runId, payer, amountNanoUsd };
    return await meter.hold({ ...request, whenAway: 'wait' });
  } catch (error) {
    if (error instanceof MusterError) return undefined;
    throw error;
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
export function usageOfPartial(partial: PartialReply, promptTokens: number): TokenUsage | undefined {
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
