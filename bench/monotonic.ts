const OFFSET_US = measureOffsetUs();

/** Microseconds of the machine's monotonic clock: the same zero in every process of this machine. */
export function monotonicUs(): number {
  return performance.now() * 1000 + OFFSET_US;
}

/** Two clocks can't be read at once: the pair that was read with the least time between them is the truest. */
function measureOffsetUs(): number {
  let offsetUs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 1_000; i++) {
    const machineNs = process.hrtime.bigint();
    offsetUs = Math.max(offsetUs, Number(machineNs) / 1000 - performance.now() * 1000);
  }
  return offsetUs;
}
