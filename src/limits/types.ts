/** How long a window is, by its name. Every quota of an account is for one of these. */
export const WINDOW_MS = { minute: 60_000, hour: 3_600_000 } as const;
export type WindowName = keyof typeof WINDOW_MS;

/** At most `limit` requests in any stretch of time as long as the window. */
export interface Quota {
  readonly window: WindowName;
  readonly limit: number;
}

/** Who makes requests, and how many they may. */
export interface Counted {
  /** Of an account or a key: no two have the same. */
  readonly id: string;
  readonly quotas: readonly [Quota, ...Quota[]];
}

/** What a request was told, and how whoever made it stands after it. */
export interface Verdict {
  readonly admitted: boolean;
  /** Whose quota is nearest to its end. */
  readonly id: string;
  /** That quota, and what is left of it. */
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
  /** Counts one request against all quotas of all of them, or against none. */
  take(counted: readonly [Counted, ...Counted[]]): Verdict | Promise<Verdict>;
}
