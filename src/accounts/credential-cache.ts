import type { Clock } from '../lib/clock.ts';

/** How long a change made by another process may stay unseen. */
const CREDENTIAL_CACHE_MS = 1_000;
const CAPACITY = 10_000;

/**
 * Remembers what was found for at most `ttlMs`. A finding that was read before a `drop` is not kept, so that a
 * revocation in this process holds from the moment it returns, whatever was under way.
 */
export class CredentialCache<V> {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #capacity: number;
  readonly #entries = new Map<string, { readonly value: V; readonly readAt: number }>();
  #generation = 0;

  constructor(clock: Clock, ttlMs: number = CREDENTIAL_CACHE_MS, capacity: number = CAPACITY) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const age = this.#clock.now() - entry.readAt;
    // A negative age is a clock that was set back: trust nothing from its future.
    if (age >= 0 && age < this.#ttlMs) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** The remembered value, or what `read` finds; undefined is never remembered. */
  async getOrRead(key: string, read: () => Promise<V | undefined>): Promise<V | undefined> {
    const known = this.get(key);
    if (known !== undefined) return known;
    const generation = this.#generation;
    const readAt = this.#clock.now();
    const value = await read();
    if (value !== undefined && generation === this.#generation) this.#keep(key, value, readAt);
    return value;
  }

  /** Forgets every value that `matches`, and those that are being read now. */
  drop(matches: (value: V) => boolean): void {
    this.#generation++;
    for (const [key, { value }] of this.#entries) if (matches(value)) this.#entries.delete(key);
  }

  #keep(key: string, value: V, readAt: number): void {
    // Maps keep the order of insertion: the first key is the one read longest ago.
    this.#entries.delete(key);
    if (this.#entries.size >= this.#capacity) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(key, { value, readAt });
  }
}
