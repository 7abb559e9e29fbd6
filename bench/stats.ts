/** Middle of the values; the mean of the two middle ones when their number is even. NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Smallest of the ascending values that at least `share` (0 to 1) of them do not exceed. NaN when there are none. */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  const rank = Math.ceil(share * ascending.length);
  return ascending[Math.max(0, rank - 1)] ?? Number.NaN;
}

export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Collects many numbers without an object for each. */
export class Samples {
  #values = new Float64Array(4096);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  /** Of no samples at all, every figure is 0. */
  summarize(): Summary {
    if (this.#count === 0) return { count: 0, p50: 0, p99: 0, max: 0 };
    const ascending = this.#values.slice(0, this.#count).sort();
    return {
      count: this.#count,
      p50: percentile(ascending, 0.5),
      p99: percentile(ascending, 0.99),
      max: percentile(ascending, 1),
    };
  }
}
