import { engineErrors } from '../errors.ts';
import type { JobEnd } from '../types.ts';

/** So often a job may be lost while it runs, without a step finished in between. */
export const MAX_CRASHES = 5;

/** The end of a job that would only be lost again. */
export function crashLoop(): JobEnd {
  const { code } = engineErrors.crash_loop;
  const message = `The server died ${MAX_CRASHES} times while this job ran, without a step finished in between.`;
  return { status: 'failed', code, message };
}
