import { largest, smallest } from '../../lib/bigint.ts';
import type { ModelPrice } from '../../models/index.ts';
import type { LoopState } from './loop-state.ts';
import type { AgentTask } from './types.ts';

/** Below this an answer is not worth its call. */
const SMALLEST_OUTPUT_TOKENS = 16;
const MILLION = 1_000_000n;

export type StepBudget =
  /** Call with at most `maxOutputTokens`, after holding `holdNanoUsd`. */
  | { readonly type: 'call'; readonly maxOutputTokens: number; readonly holdNanoUsd: bigint }
  /** What the run may still cost does not pay for another call. */
  | { readonly type: 'exhausted' };

/**
 * Decides what the next model call may cost: its worst case, within what is left of the run's own bound. The output is
 * shortened to fit the bound, never the bound exceeded.
 */
export function planCall(input: {
  price: ModelPrice;
  promptTokens: number;
  wantedOutputTokens: number;
  leftNanoUsd: bigint | undefined;
}): StepBudget {
  const { price, promptTokens, wantedOutputTokens, leftNanoUsd } = input;
  const promptCost = cost(
    promptTokens,
    largest(price.inputNanoUsdPerMillion, price.cachedInputNanoUsdPerMillion),
  );
  const wanted = promptCost + cost(wantedOutputTokens, price.outputNanoUsdPerMillion);
  if (leftNanoUsd === undefined || wanted <= leftNanoUsd) {
    return { type: 'call', maxOutputTokens: wantedOutputTokens, holdNanoUsd: wanted };
  }
  const leftForOutput = leftNanoUsd - promptCost;
  if (leftForOutput <= 0n || price.outputNanoUsdPerMillion === 0n) return { type: 'exhausted' };
  const affordable = Number((leftForOutput * MILLION) / price.outputNanoUsdPerMillion);
  if (affordable < SMALLEST_OUTPUT_TOKENS) return { type: 'exhausted' };
  return {
    type: 'call',
    maxOutputTokens: Math.min(affordable, wantedOutputTokens),
    holdNanoUsd: leftNanoUsd,
  };
}

function cost(tokens: number, nanoUsdPerMillion: bigint): bigint {
  return (BigInt(tokens) * nanoUsdPerMillion + MILLION - 1n) / MILLION;
}

/** What the next call may cost: the tighter of the run's own bound and the one that it shares; undefined where there is neither. */
export function leftNanoUsd(task: AgentTask, state: LoopState): bigint | undefined {
  const own = ownLeftNanoUsd(task, state);
  const shared = task.sharedLeftNanoUsd?.();
  return own === undefined || shared === undefined ? (own ?? shared) : smallest(own, shared);
}

export function isSharedTighter(task: AgentTask, state: LoopState): boolean {
  const own = ownLeftNanoUsd(task, state);
  const shared = task.sharedLeftNanoUsd?.();
  return shared !== undefined && (own === undefined || shared < own);
}

function ownLeftNanoUsd({ maxCostNanoUsd }: AgentTask, { usage }: LoopState): bigint | undefined {
  return maxCostNanoUsd === undefined ? undefined : maxCostNanoUsd - usage.costNanoUsd;
}
