import { MusterError } from '../lib/errors.ts';

/** How often and when something that failed is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** The first pause is at most this long; each further one at most twice the one before. */
  readonly baseMs: number;
  readonly maxMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 3, baseMs: 1_000, maxMs: 60_000 };

/** An error after which trying again is of no use. Its message is public. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether trying again is of no use: the request itself is at fault, or the thrower said so. */
export function isFinal(error: unknown): boolean {
  if (error instanceof TerminalError) return true;
  return error instanceof MusterError && error.status < 500;
}

/**
 * How long to wait after the `attempt`-th try (from 1) failed, or undefined when it was the last. The pause is drawn
 * evenly from 0 to the bound, so that what failed together does not come back together.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: () => number): number | undefined {
  if (attempt >= policy.maxAttempts) return undefined;
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  return Math.floor(random() * bound);
}
