import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Far more than anything takes: a slow machine must not fail a test, and a broken one only fails it later. */
const PATIENCE_MS = 30_000;
/** For so long it looks at every turn of the event loop; then it leaves the processor to what it waits for. */
const EAGER_MS = 100;
const PAUSE_MS = 5;

type Absent = undefined | null | false;

/**
 * Resolves to what `look` sees once that `isIt`: without one, once there is something. Fails after half a minute and says
 * what was seen last. `what` goes on "Waited in vain for …".
 */
export function until<T>(what: string, look: () => T | Promise<T>): Promise<Exclude<T, Absent>>;
export function until<T>(what: string, look: () => T | Promise<T>, isIt: (seen: T) => boolean): Promise<T>;
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  isIt: (seen: T) => boolean = (seen) => seen !== undefined && seen !== null && seen !== false,
): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const seen = await look();
    if (isIt(seen)) return seen;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > PATIENCE_MS) assert.fail(`Waited in vain for ${what}; seen last: ${inspect(seen)}`);
    await (waitedMs < EAGER_MS ? nextTurn() : pause(PAUSE_MS));
  }
}
