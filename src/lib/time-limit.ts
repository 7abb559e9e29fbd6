import { Script } from 'node:vm';

/** A computation that was ended because it took too long. Nothing of it goes on. */
export class TimeLimitReached extends Error {
  override readonly name = 'TimeLimitReached';
}

const SLOT = 'muster.time-limited';
const slot = Symbol.for(SLOT);
/** V8 ends whatever runs below a script when its time is up; the script itself only calls what is in the slot. */
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(SLOT)})]()`);

/** On a busy machine it goes on for up to so many times the limit in all, until it has computed for as long as that. */
const BUSY_TIMES = [1, 2, 4];
/** Where a thread has had this much of its time, the machine was not in its way. */
const COMPUTED = 0.8;

/**
 * Runs what callers can make take for ever (schemas of theirs, above all), or throws TimeLimitReached after it has
 * computed for `limitMs`: the event loop belongs to everybody. `run` is synchronous, keeps no state that must not be left
 * half changed, and is begun anew where the machine kept it waiting. Costs some 50 µs.
 */
export function withinTime<T>(limitMs: number, run: () => T): T {
  return withinTimeEach(
    limitMs,
    () => undefined,
    () => run(),
  );
}

/** The same, where each beginning needs something that takes its own time and is made outside of the limit. */
export function withinTimeEach<T, Prepared>(
  limitMs: number,
  prepare: () => Prepared,
  run: (prepared: Prepared) => T,
): T {
  for (const times of BUSY_TIMES) {
    const prepared = prepare();
    const before = process.threadCpuUsage();
    try {
      return withinMoment(limitMs * times, () => run(prepared));
    } catch (error) {
      if (!(error instanceof TimeLimitReached)) throw error;
      const { user, system } = process.threadCpuUsage(before);
      if ((user + system) / 1_000 >= limitMs * COMPUTED) throw error;
    }
  }
  throw new TimeLimitReached(`It took longer than ${limitMs} ms`);
}

/** The same by the clock on the wall. */
function withinMoment<T>(limitMs: number, run: () => T): T {
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
