import type { FaultPoints } from '../lib/fault-points.ts';

/** Where the engine can be made to die. */
export const ENGINE_FAULTS = [
  'job.enqueued',
  'job.claimed',
  'step.before-run',
  'step.before-checkpoint',
  'step.after-checkpoint',
  'event.before-append',
  'job.before-rest',
  'job.answered',
  'job.before-finish',
  'job.after-finish',
] as const;

/** Where the erasing of a deleted account can: nobody gets in any more; nothing runs any more; only its books are left. */
export const ERASER_FAULTS = ['account.closed', 'account.quiet', 'account.before-books'] as const;

/**
 * Calls `action` when a point is hit for the n-th time. `spec` is `step.before-checkpoint@2`; without `@n` it is the
 * first time. The default action is the death of this very process, as by a power cut: nothing is cleaned up.
 */
export function faultAt(spec: string, action: () => void = killSelf): FaultPoints {
  const [name, count = '1'] = spec.split('@');
  let left = Number(count);
  return {
    hit(point) {
      if (point === name && --left === 0) action();
    },
  };
}

function killSelf(): void {
  process.kill(process.pid, 'SIGKILL');
}
