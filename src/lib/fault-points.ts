/**
 * Named places at which tests let the process die. A name says what has just happened or is about to:
 * `step.before-checkpoint`. src/testing/fault-points.ts lists them and kills at them.
 */
export interface FaultPoints {
  hit(name: string): void;
}

/** For production: nothing happens. */
export const noFaults: FaultPoints = { hit: () => undefined };
