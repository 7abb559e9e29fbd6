import { Script } from 'node:vm';

/** A computation that was ended because it took too long. Nothing of it goes on. */
export class TimeLimitReached extends Error {
  override readonly name = 'TimeLimitReached';
}

const SLOT = 'muster.time-limited';
const slot = Symbol.for(SLOT);
/** V8 ends whatever runs below a script when its time is up; the script itself only calls what is in the slot. */
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(SLOT)})]()`);

/**
 * Runs what callers can make take for ever (schemas of theirs, above all), or throws TimeLimitReached after `limitMs`:
 * the event loop belongs to everybody. `run` is synchronous and keeps no state that must not be left half changed. Costs
 * some 50 µs.
 */
export function withinTime<T>(limitMs: number, run: () => T): T {
  let result: { value: T } | undefined;
  Reflect.set(globalThis, slot, () => {
    result = { value: run() };
  });
  try {
    script.runInThisContext({ timeout: limitMs });
  } catch (error) {
    const isTimeout =
      error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw isTimeout ? new TimeLimitReached(`It took longer than ${limitMs} ms`) : error;
  } finally {
    Reflect.deleteProperty(globalThis, slot);
  }
  if (!result) throw new Error('The computation ended without a result');
  return result.value;
}
