import type { FinalStatus } from '../types.ts';
import type { Claim, StepState } from './store.ts';

/** How a run has left its job; `rests` when it waits or is given back to the queue. */
export type RunEnd = FinalStatus | 'rests';

/** Beside what the engine's own tables say: where else it is kept how far a run has come. */
export interface RunRecord {
  /** Notes that a step has reached a state, which `write` keeps. Throws ClaimLost when another run has the job. */
  keep(step: string, state: StepState, write: () => Promise<void>): Promise<void>;
  /** Called before it is written that the job rests. Throws as `keep` does. */
  park(): Promise<void>;
}

/** A run that is to be carried. */
export interface CarriedRun {
  readonly claim: Claim;
  /** Calls the handler. Rejects when nothing is known of what became of the job. */
  begin(record: RunRecord): Promise<RunEnd>;
  /** Nothing that it does counts any more. */
  isLeft(): boolean;
  /** As Engine.stop. */
  stop(): void;
}

/** What runs are executed by. */
export interface Carrier {
  /** Begins the run and resolves when it is over; rejects with what `begin` does, or when it could not begin. */
  carry(run: CarriedRun): Promise<void>;
  /** A job has ended without a run here. */
  ended(jobId: string): Promise<void>;
}

const noRecord: RunRecord = { keep: (_step, _state, write) => write(), park: async () => undefined };

/** A run is a call in this process, and the engine's own tables are all there is to know of it. */
export const inProcess: Carrier = {
  async carry(run) {
    // Whoever begins it has its slot in order first.
    await Promise.resolve();
    await run.begin(noRecord);
  },
  ended: async () => undefined,
};
