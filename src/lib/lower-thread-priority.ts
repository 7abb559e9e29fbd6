import { setPriority } from 'node:os';

/** Of 19: where the processor is free it costs nothing, where it is not the others get nine times as much of it. */
const NICENESS = 10;

/**
 * Lets all other threads go before the calling one where they compete for a processor. On Linux alone, where the number 0
 * names the thread; elsewhere it would be the whole process.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, NICENESS);
  } catch {
    // A sandbox that forbids it: slower when busy, not wrong.
  }
}
