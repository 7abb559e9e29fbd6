import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Another thread that asks at the same moment takes the flag back in between; twice in a row is already rare. */
const ATTEMPTS = 100;

/**
 * V8's own, which Node shows only to scripts that are started with a flag: collects all garbage of this thread at once and
 * gives its memory back. Pauses the thread for as long, some 30 ms in a server. Threads may ask for theirs at the same time.
 */
export function garbageCollector(): () => void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // A flag of the whole process, and not left set: V8 takes no code from its cache that was compiled under other flags.
    setFlagsFromString('--expose-gc');
    const gc: unknown = runInNewContext('globalThis.gc');
    setFlagsFromString('--no-expose-gc');
    if (typeof gc === 'function')
      return () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }
  // Then V8 collects when it needs room, as anywhere.
  return () => undefined;
}
