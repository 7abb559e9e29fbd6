/**
 * What `job.steps` throws to make a handler leave off. None of them is a failure: a handler lets them pass, running its
 * `finally` blocks, and is run again or not at all.
 */
export abstract class Interrupt extends Error {}

/** The job waits for an answer, or for a time. */
export class Suspended extends Interrupt {
  override readonly name = 'Suspended';
}

/** Somebody stopped the job. */
export class JobStopped extends Interrupt {
  override readonly name = 'JobStopped';
  constructor() {
    super('The job was stopped');
  }
}

/** The process goes down; another one goes on with the job. */
export class HandedOver extends Interrupt {
  override readonly name = 'HandedOver';
  constructor() {
    super('The job is handed over to the next process');
  }
}

/** Another engine has taken the job, or it has ended: whatever is written here is refused. */
export class ClaimLost extends Interrupt {
  override readonly name = 'ClaimLost';
  constructor() {
    super('The job is no longer run here');
  }
}

/**
 * Waits for all branches of a job, like Promise.all but to the end of each: one branch may wait for a person while
 * another works. Rejects with a branch's error if any failed, else with its Suspended if any waits.
 */
export async function joinBranches<T>(branches: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(branches);
  const values: T[] = [];
  let interrupt: unknown;
  for (const result of settled) {
    if (result.status === 'fulfilled') values.push(result.value);
    else if (!(result.reason instanceof Interrupt)) throw result.reason;
    else interrupt ??= result.reason;
  }
  if (interrupt !== undefined) throw interrupt;
  return values;
}
