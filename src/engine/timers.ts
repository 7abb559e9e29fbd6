/** The only source of delays, so that tests can move time by hand. */
export interface Timers {
  /** Calls back once after `ms`, unless cancelled. Never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** Longer delays overflow Node's timers, which then fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemTimers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, MAX_DELAY_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
