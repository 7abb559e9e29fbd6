/** Bounds of one call to a provider. All times in milliseconds. */
export interface CallLimits {
  readonly connectMs: number;
  /** Until the response's headers, when the answer is streamed. */
  readonly headersMs: number;
  /**
   * Until the response's headers when nothing is to be seen before the whole answer is there: a call that is not
   * streamed, or a model that thinks in silence.
   */
  readonly silentMs: number;
  /** Between two pieces of a response. Time in which we ourselves hold the stream does not count. */
  readonly idleGapMs: number;
  readonly totalMs: number;
  /** Characters of one server-sent event. */
  readonly maxEventChars: number;
  readonly maxTotalBytes: number;
}

export const defaultLimits: CallLimits = {
  connectMs: 10_000,
  headersMs: 60_000,
  silentMs: 300_000,
  idleGapMs: 30_000,
  totalMs: 900_000,
  maxEventChars: 4 * 1024 * 1024,
  maxTotalBytes: 64 * 1024 * 1024,
};
