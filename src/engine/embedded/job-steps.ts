import type { Statement } from '../../db/index.ts';
import { isUntouched } from '../../lib/errors.ts';
import { isJsonObject, type Json } from '../../lib/json.ts';
import { engineErrors } from '../errors.ts';
import { Interrupt, type Suspended } from '../interrupts.ts';
import { isFinal, type RetryPolicy, retryDelayMs, TerminalError } from '../retry.ts';
import type { StepOptions } from '../steps.ts';
import type { JobEvent, JobStepContext, JobStepOutcome, JobSteps, WaitOptions } from '../types.ts';
import { encodeValue } from '../values.ts';
import type { StepHistory } from './step-history.ts';
import type { StepRow, StepState } from './store.ts';

/** A step in its place. */
export interface StepPlace {
  readonly name: string;
  readonly scope: string;
  readonly position: number;
}

/** What steps need of the run that they belong to. */
export interface StepHost {
  readonly jobId: string;
  readonly signal: AbortSignal;
  readonly history: StepHistory;
  now(): number;
  /** Throws the reason for which nothing may begin any more. */
  check(): void;
  /** Resolves once the next touch of the outside is certain to be this run's; throws as `check` does. */
  mayBegin(): Promise<void>;
  /** Counts `work` as under way until it settles. */
  track<T>(place: StepPlace, work: () => Promise<T>): Promise<T>;
  readValue(name: string): Promise<unknown>;
  /** Keeps a step's state with what belongs to it. Throws ClaimLost, or a TerminalError when a guard refuses. */
  save(
    place: StepPlace,
    state: StepState,
    value: string | null,
    events?: readonly JobEvent[],
    statements?: readonly Statement[],
  ): Promise<void>;
  /** Notes that a step which is kept as started has not begun: so it is kept when the job is tried again. */
  unbegin(place: StepPlace): void;
  live(step: string, event: JobEvent): void;
  /** Notes that the job has to wait for an answer, or until a time, and returns what to throw. */
  suspend(why: { readonly wait: string } | { readonly until: number }): Suspended;
  hit(fault: string): void;
  random(): number;
  pause(ms: number): Promise<void>;
}

interface Failure {
  readonly place: StepPlace;
  readonly error: unknown;
}

/** What scopes of one job share. */
export interface StepsState {
  /** Steps that threw, until it is seen whether the handler goes on with that. */
  failures: Failure[];
}

/** The steps of one scope; its state is its place in the order of that scope. */
export function createJobSteps(
  host: StepHost,
  scope = '',
  state: StepsState = { failures: [] },
  positions: Map<string, number> = new Map(),
): JobSteps {
  const take = (name: string): { place: StepPlace; kept: StepRow | undefined } => {
    host.check();
    const position = positions.get(scope) ?? 0;
    positions.set(scope, position + 1);
    const place = { name: scope === '' ? name : `${scope}/${name}`, scope, position };
    return { place, kept: host.history.ask(scope, position, place.name) };
  };

  /** A handler that asks for a next step has caught the errors before it: on a later run they must come again. */
  const keepFailures = async (): Promise<void> => {
    const caught = state.failures.filter(({ place }) => isWithin(place.scope, scope));
    state.failures = state.failures.filter((failure) => !caught.includes(failure));
    for (const { place, error } of caught) await host.save(place, 'failed', encodeValue(error));
  };

  async function step<T>(
    name: string,
    run: (step: JobStepContext) => Promise<JobStepOutcome<T>>,
    options: StepOptions = {},
  ): Promise<T> {
    const { place, kept } = take(name);
    // The value that this very step returned in an earlier run.
    if (kept?.state === 'finished') return (await host.readValue(place.name)) as T;
    if (kept?.state === 'failed') throw await host.readValue(place.name);
    if (state.failures.length > 0) await keepFailures();
    return host.track(place, async () => {
      if (kept) {
        const decided = await decide(host, place, kept, options);
        if (decided) return decided.value as T;
      }
      if (options.effects === 'unknown') await host.save(place, 'started', null);
      try {
        return await runStep(host, place, (kept?.attempts ?? 0) + 1, run, options.retry);
      } catch (error) {
        const isFirst = kept === undefined || kept.state === 'unbegun';
        if (options.effects === 'unknown' && isFirst && isUntouched(error)) host.unbegin(place);
        if (!(error instanceof Interrupt) && !host.signal.aborted) state.failures.push({ place, error });
        throw error;
      }
    });
  }

  async function waitFor(name: string, options: WaitOptions = {}): Promise<Json> {
    const { events = [], statements = [], detail = null } = options;
    const { place, kept } = take(name);
    // An answer is JSON (see Engine.answer).
    if (kept?.state === 'answered') return (await host.readValue(place.name)) as Json;
    if (kept?.state !== 'waiting') {
      if (state.failures.length > 0) await keepFailures();
      const asked = waitingFor('input', detail);
      await host.track(place, () => host.save(place, 'waiting', asked, events, statements));
    }
    throw host.suspend({ wait: place.name });
  }

  async function sleepUntil(name: string, at: number): Promise<void> {
    const until = await step(name, async () => ({ value: Math.ceil(at) }));
    if (host.now() < until) throw host.suspend({ until });
  }

  async function emit(name: string, events: readonly JobEvent[]): Promise<void> {
    await step(name, async () => ({ value: undefined, events }));
  }

  return {
    step: (...args) => handled(step(...args)),
    emit: (...args) => handled(emit(...args)),
    waitFor: (...args) => handled(waitFor(...args)),
    sleepUntil: (...args) => handled(sleepUntil(...args)),

    within: (inner) => createJobSteps(host, scope === '' ? inner : `${scope}/${inner}`, state, positions),
  };
}

/** A step that nobody waits for may still fail when its job ends: that must not bring the process down. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function runStep<T>(
  host: StepHost,
  place: StepPlace,
  attempt: number,
  run: (step: JobStepContext) => Promise<JobStepOutcome<T>>,
  retry: RetryPolicy | undefined,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    const events: JobEvent[] = [];
    await host.mayBegin();
    host.hit('step.before-run');
    let outcome: JobStepOutcome<T>;
    try {
      outcome = await run({
        idempotencyKey: `${host.jobId}/${place.name}`,
        attempt: attempt + tried - 1,
        signal: host.signal,
        emit: (event) => void events.push(event),
        live: (event) => host.live(place.name, event),
      });
    } catch (error) {
      const pauseMs = retry && !isFinal(error) ? retryDelayMs(retry, tried, () => host.random()) : undefined;
      if (pauseMs === undefined || error instanceof Interrupt || host.signal.aborted) throw error;
      await host.pause(pauseMs);
      continue;
    }
    host.hit('step.before-checkpoint');
    if (outcome.events) events.push(...outcome.events);
    await host.save(place, 'finished', encodeValue(outcome.value), events, outcome.statements);
    host.hit('step.after-checkpoint');
    return outcome.value;
  }
}

/** What becomes of a step that began in an earlier run. Undefined: run it. */
async function decide(
  host: StepHost,
  place: StepPlace,
  kept: StepRow,
  options: StepOptions,
): Promise<{ readonly value: unknown } | undefined> {
  if (options.effects !== 'unknown') return undefined;
  switch (kept.state) {
    case 'started': {
      if (options.whenUnknown === 'retry-with-same-key') return undefined;
      if (options.whenUnknown === 'fail') {
        const error = engineErrors.outcome_unknown(
          `The server stopped while '${place.name}' was running, so it is not known whether it took effect.`,
        );
        await host.save(place, 'failed', encodeValue(error));
        throw error;
      }
      const prompt = `The server stopped while '${place.name}' was running, so it is not known whether it took effect. Retry it, give its result, or let the job fail.`;
      const data = { task_id: place.scope, wait: place.name, prompt };
      await host.save(place, 'waiting', waitingFor('unknown_outcome', { prompt }), [
        { type: 'waiting_for_input', data },
      ]);
      throw host.suspend({ wait: place.name });
    }
    case 'waiting':
      throw host.suspend({ wait: place.name });
    case 'answered': {
      const answer = await host.readValue(place.name);
      if (!isJsonObject(answer) || answer.action === 'retry') return undefined;
      if (answer.action === 'result') {
        await host.save(place, 'finished', encodeValue(answer.value));
        return { value: answer.value };
      }
      const reason = typeof answer.reason === 'string' ? `: ${answer.reason}` : '';
      throw new TerminalError(
        engineErrors.outcome_unknown.code,
        `It is not known whether '${place.name}' took effect, and the job was ended for it${reason}`,
      );
    }
    default:
      return undefined;
  }
}

function waitingFor(reason: 'input' | 'unknown_outcome', detail: Json): string {
  return JSON.stringify({ reason, detail });
}

function isWithin(scope: string, outer: string): boolean {
  return outer === '' || scope === outer || scope.startsWith(`${outer}/`);
}
