/** The window's length is kept in this many parts; one more is the part that is leaving it. */
const PARTS = 60;
const SLOTS = PARTS + 1;

/** The parts in which something was counted, by their age. */
export interface SavedWindow {
  readonly newest: number;
  readonly counts: readonly (readonly [age: number, count: number])[];
}

/**
 * Counts what happened in the last `windowMs`, to a sixtieth of it: the part that the window has left in part counts as
 * a whole, so that the count is never too low. Costs the same however much is counted.
 */
export class SlidingWindow {
  readonly #partMs: number;
  /** A ring: what happened in part `n` stands at `n % SLOTS`. */
  readonly #counts = new Uint32Array(SLOTS);
  #newest = 0;
  #count = 0;

  constructor(windowMs: number, saved?: SavedWindow) {
    this.#partMs = windowMs / PARTS;
    if (!saved) return;
    this.#newest = saved.newest;
    for (const [age, count] of saved.counts) {
      this.#counts[(saved.newest - age) % SLOTS] = count;
      this.#count += count;
    }
  }

  /** All that is counted, for another one of the same length to go on with. */
  save(): SavedWindow {
    const counts: [age: number, count: number][] = [];
    for (let age = 0; age < SLOTS; age++) {
      const count = this.#counts[(this.#newest - age + SLOTS) % SLOTS] ?? 0;
      if (count > 0) counts.push([age, count]);
    }
    return { newest: this.#newest, counts };
  }

  /** What counts at this moment. */
  count(now: number): number {
    this.#moveTo(Math.floor(now / this.#partMs));
    return this.#count;
  }

  /** Counts one more, at the moment that `count` was last asked for. */
  add(): void {
    const slot = this.#newest % SLOTS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#count += 1;
  }

  /** How long until at most `rest` of what counts now is left; 0 when it is so already. */
  msUntilAtMost(rest: number, now: number): number {
    let leaving = this.#count - rest;
    if (leaving <= 0) return 0;
    for (let part = this.#newest - PARTS; part <= this.#newest; part++) {
      leaving -= this.#counts[(part + SLOTS) % SLOTS] ?? 0;
      if (leaving <= 0) return (part + SLOTS) * this.#partMs - now;
    }
    return SLOTS * this.#partMs;
  }

  #moveTo(part: number): void {
    if (part === this.#newest) return;
    if (part < this.#newest) {
      // A clock that was set back a little stands until it has caught up; one set back far takes what counted along.
      if (this.#newest - part < SLOTS) return;
      this.#counts.fill(0);
      this.#counts[part % SLOTS] = this.#count;
      this.#newest = part;
      return;
    }
    if (part - this.#newest >= SLOTS) {
      this.#counts.fill(0);
      this.#count = 0;
      this.#newest = part;
      return;
    }
    while (this.#newest < part) {
      this.#newest += 1;
      const slot = this.#newest % SLOTS;
      this.#count -= this.#counts[slot] ?? 0;
      this.#counts[slot] = 0;
    }
  }
}
