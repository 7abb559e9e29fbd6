import type { Ajv2020 } from 'ajv/dist/2020.js';
import { withinTimeEach } from '../lib/time-limit.ts';

/** As long as an honest schema may take, to be compiled or to check something. */
export const PATIENCE_MS = 250;

/**
 * Returns what lends a compiler, made by `make` at first need, for as long as an honest schema takes; throws
 * TimeLimitReached. One that was cut off in the middle of its work is not lent again.
 */
export function lendCompiler(make: () => Ajv2020): <T>(use: (ajv: Ajv2020) => T) => T {
  let idle: Ajv2020 | undefined;
  return (use) =>
    withinTimeEach(PATIENCE_MS, takeOne, (ajv) => {
      try {
        return use(ajv);
      } finally {
        // Not reached when the time is up: what is ended then ends without another word.
        idle = ajv;
      }
    });

  function takeOne(): Ajv2020 {
    const ajv = idle ?? makeWarm();
    idle = undefined;
    return ajv;
  }

  /** Ajv reads its own schemas first, once, and that takes longer than any schema of ours may. */
  function makeWarm(): Ajv2020 {
    const ajv = make();
    ajv.validateSchema({});
    ajv.compile({});
    return ajv;
  }
}
