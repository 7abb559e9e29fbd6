/** What was asked of the provider longer than this before a kill was kept by then. */
const KEPT_AFTER_MS = 10_000;

/** A repeatable source of chance (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A call as the provider saw it: what it was about, and when. */
export interface Seen {
  readonly about: string;
  readonly atMs: number;
}

/** A kill comes somewhere between its order and the end of the process. */
export interface Kill {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Calls that were made again although nothing had cut off the first: no kill came soon after it and before the other. */
export function madeTwice(seen: readonly Seen[], kills: readonly Kill[]): string[] {
  return [...Map.groupBy(seen, ({ about }) => about)].flatMap(([about, calls]) =>
    calls.slice(1).flatMap((call, index) => {
      const first = calls[index]?.atMs ?? 0;
      const isCutOff = kills.some(
        ({ fromMs, untilMs }) => untilMs >= first && fromMs <= call.atMs && fromMs - first < KEPT_AFTER_MS,
      );
      return isCutOff ? [] : [about];
    }),
  );
}
