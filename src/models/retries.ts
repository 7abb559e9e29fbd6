import { setTimeout as delay } from 'node:timers/promises';
import { ModelCallError } from './errors.ts';

export interface RetryPolicy {
  /** Calls in all, the first included. */
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** What all waits of one call may take together; a provider that asks for more is not waited for. */
  readonly budgetMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: 3,
  baseDelayMs: 300,
  maxDelayMs: 5_000,
  budgetMs: 30_000,
};

export interface RetryTools {
  readonly policy: RetryPolicy;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

export const systemRetryTools: RetryTools = {
  policy: defaultRetryPolicy,
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: Math.random,
};

/** How long to wait before the next attempt, or undefined when there is to be none. Pure. */
export function nextDelayMs(
  error: unknown,
  attemptsMade: number,
  waitedMs: number,
  policy: RetryPolicy,
  random: number,
): number | undefined {
  if (!(error instanceof ModelCallError) || !error.retryable) return undefined;
  if (attemptsMade >= policy.maxAttempts) return undefined;
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attemptsMade - 1));
  // Full jitter; on top of the provider's own wish, so that its callers do not all come back in the same instant.
  const wait = (error.error?.details.retryAfterMs ?? 0) + random * ceiling;
  return waitedMs + wait > policy.budgetMs ? undefined : wait;
}

/**
 * Makes up to `maxAttempts` attempts, and only after errors that say they are retryable: a 429, a 5xx or a connection
 * that failed, before any part of an answer was shown. Rejects with the last error; an abort ends the wait at once.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  tools: RetryTools = systemRetryTools,
): Promise<T> {
  let waitedMs = 0;
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      const wait = nextDelayMs(error, made, waitedMs, tools.policy, tools.random());
      if (wait === undefined || signal.aborted) throw error;
      waitedMs += wait;
      try {
        await tools.sleep(wait, signal);
      } catch (interruption) {
        if (!signal.aborted || !(error instanceof ModelCallError)) throw interruption;
        throw new ModelCallError('aborted', error.partial);
      }
    }
  }
}

const MAX_RETRY_AFTER_MS = 60_000;

/** `Retry-After` (seconds or an HTTP date) or `retry-after-ms`, in milliseconds, at most a minute. */
export function parseRetryAfter(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: number,
): number | undefined {
  const precise = Number(first(headers['retry-after-ms']));
  if (first(headers['retry-after-ms']) !== undefined && Number.isFinite(precise)) return bounded(precise);
  const value = first(headers['retry-after']);
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return bounded(seconds * 1_000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function bounded(ms: number): number {
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(0, Math.ceil(ms)));
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
