import { getPriority, setPriority } from 'node:os';

/** Where the processor is free they cost nothing, where it is not the others get nine times as much of it. */
const STEPS = 10;
const LOWEST = 19;

/**
 * Lets all other threads go before the calling one where they compete for a processor. On Linux alone, where the number 0
 * names the thread; elsewhere it would be the whole process.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.min(getPriority(0) + STEPS, LOWEST));
  } catch {
    // A sandbox that forbids it: slower when busy, not wrong.
  }
}
