const OFFSET_US = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;

/** Microseconds of the machine's monotonic clock: the same zero in every process of this machine. */
export function monotonicUs(): number {
  return performance.now() * 1000 + OFFSET_US;
}
