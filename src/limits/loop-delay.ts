import type { Timers } from '../engine/index.ts';
import type { Clock } from '../lib/clock.ts';

export interface LoopDelay {
  /** By how many milliseconds this process came late to what was due, when last looked; 0 while nobody looks. */
  look(): number;
}

const PROBE_MS = 100;
/** What was found is believed for so long at most. */
const KEEP_MS = 2_000;

/**
 * Measures by a timer that is set only when somebody looks, so that an idle process sleeps. A look while that timer is
 * overdue tells of it at once.
 */
export function createLoopDelay({ clock, timers }: { clock: Clock; timers: Timers }): LoopDelay {
  let dueAt: number | undefined;
  let found = 0;
  let foundAt = 0;
  return {
    look() {
      const now = clock.now();
      if (dueAt === undefined) {
        const due = now + PROBE_MS;
        dueAt = due;
        timers.after(PROBE_MS, () => {
          dueAt = undefined;
          foundAt = clock.now();
          found = Math.max(0, foundAt - due);
        });
      }
      const known = now - foundAt <= KEEP_MS ? found : 0;
      return Math.max(known, now - dueAt, 0);
    },
  };
}
