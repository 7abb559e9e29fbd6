/** How long a window is, by its name. Every quota of an account is for one of these. */
export const WINDOW_MS = { minute: 60_000, hour: 3_600_000 } as const;
export type WindowName = keyof typeof WINDOW_MS;

/** At most `limit` requests in any stretch of time as long as the window. */
export interface Quota {
  readonly window: WindowName;
  readonly limit: number;
}

/** What a request was told, and how the account stands after it. */
export interface Verdict {
  readonly admitted: boolean;
  /** Of the window that is nearest to its end: the quota, and what is left of it. */
  readonly limit: number;
  readonly remaining: number;
  /** Until that window has more again. When refused: until a request is admitted, if no other comes in between. */
  readonly resetMs: number;
  /** The same as a moment. */
  readonly resetAt: number;
}

/**
 * Counts requests. An implementation never admits more than a quota in any stretch of its window, whatever else it does
 * for speed; it may admit less near the edges. A refused request is not counted.
 */
export interface RequestLimiter {
  /** Counts one request against all quotas, or none of them. */
  take(accountId: string, quotas: readonly [Quota, ...Quota[]]): Verdict | Promise<Verdict>;
}
