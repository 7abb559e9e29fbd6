import { type Database, DatabaseConflict, type Statement } from '../../db/index.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Json } from '../../lib/json.ts';
import type { Logger } from '../../lib/logger.ts';
import { engineErrors } from '../errors.ts';
import type { EndEffects, FinalStatus, JobEnd, JobEvent, JobKind, JobOutcome } from '../types.ts';
import { isFinalEvent, JOB_STATUS } from './event-hub.ts';
import { CLAIM, type Claim, type EngineStore } from './store.ts';

/** How often `onEnd` is asked again when the stored state has moved on under its statements. */
const EFFECT_TRIES = 3;

export interface EndDeps {
  readonly db: Database;
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

export interface EndingJob {
  readonly claim: Claim;
  /** The status that it must have for this end to count. */
  readonly from: string;
  readonly input: Json;
  /** Undefined for a job whose kind nobody registered. */
  readonly kind: JobKind | undefined;
  /** Told before everything else. */
  readonly events?: readonly JobEvent[];
}

/**
 * Keeps a job's end with all that belongs to it, in one batch, its final event last. Resolves to how it has ended, which is
 * `failed` when its own writes were refused; to `lost` when it was no longer as `from` and the claim say, and nothing was written.
 */
export async function endJob(
  deps: EndDeps,
  job: EndingJob,
  end: JobEnd,
  outcome: JobOutcome = {},
): Promise<FinalStatus | 'lost'> {
  for (let attempt = 1; ; attempt++) {
    // A stop must come about, even if what was to come with it cannot be had.
    const effects = attempt <= EFFECT_TRIES ? await effectsOf(deps, job, end) : {};
    const refused = await writeOrRefuse(deps, endStatements(deps, job, end, outcome, effects));
    if (refused === undefined) return end.status;
    if (refused === CLAIM) return 'lost';
    const { jobId } = job.claim;
    const own = outcome.statements?.length ?? 0;
    const theirs = effects.statements?.length ?? 0;
    if (own > 0 && (theirs === 0 || outcome.statements?.some(({ guard }) => guard === refused))) {
      deps.log.error({ jobId, guard: refused }, 'The closing writes of a job were refused');
      const message = 'What the job was to leave at its end was refused by the stored state.';
      return endJob(deps, job, { status: 'failed', code: engineErrors.step_refused.code, message });
    }
    if (theirs === 0) throw new Error(`The end of job ${jobId} was refused by the guard '${refused}'`);
    if (attempt === EFFECT_TRIES) {
      deps.log.error({ jobId, guard: refused }, 'A job ends without what its kind adds: it was refused');
    }
  }
}

function endStatements(
  { store, clock }: EndDeps,
  { claim, from, events = [] }: EndingJob,
  end: JobEnd,
  outcome: JobOutcome,
  effects: EndEffects,
): Statement[] {
  const now = clock.now();
  const failed = end.status === 'failed' ? end : undefined;
  const result = end.status === 'failed' ? undefined : end.result;
  const told = [...events, ...(outcome.events ?? []), ...(effects.events ?? [])];
  return [
    store.endJob({
      ...claim,
      from,
      status: end.status,
      result: result === undefined ? null : JSON.stringify(result),
      errorCode: failed?.code ?? null,
      errorMessage: failed?.message ?? null,
      now,
    }),
    ...eventStatements(store, claim, told, now),
    store.appendEvent({ ...claim, type: JOB_STATUS, data: JSON.stringify({ status: end.status }), now }),
    ...(outcome.statements ?? []),
    ...(effects.statements ?? []),
  ];
}

/** For a batch that is guarded by the claim. Throws for an event that only the engine may tell. */
export function eventStatements(
  store: EngineStore,
  claim: Claim,
  events: readonly JobEvent[],
  now: number,
): Statement[] {
  return events.map((event) => {
    if (isFinalEvent(event)) throw new TypeError('A final job_status is told by the engine alone');
    return store.appendEvent({ ...claim, type: event.type, data: JSON.stringify(event.data), now });
  });
}

/** The guard that refused (`conflict` for a constraint), or undefined when all is written. */
export async function writeOrRefuse(
  { db, log }: Pick<EndDeps, 'db' | 'log'>,
  statements: readonly Statement[],
): Promise<string | undefined> {
  try {
    // What a step has done is paid for: it is kept even if the database has to be waited for.
    const result = await db.write(statements, { whenAway: 'wait' });
    return result.ok ? undefined : result.refused;
  } catch (error) {
    if (error instanceof DatabaseConflict) {
      log.error({ err: error }, 'A write of a job is against a constraint');
      return 'conflict';
    }
    throw error;
  }
}

async function effectsOf({ log }: EndDeps, job: EndingJob, end: JobEnd): Promise<EndEffects> {
  if (!job.kind?.onEnd) return {};
  const { jobId: id, accountId } = job.claim;
  try {
    return await job.kind.onEnd({ id, accountId, input: job.input }, end);
  } catch (err) {
    log.error({ err, jobId: id }, 'What a kind of job adds to its end could not be had');
    return {};
  }
}
