import type { JobEvent, JobStepContext, JobSteps, StepOutcome, Steps } from '../engine/index.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { RunEvent, RunSink } from './events.ts';

/** A run's events in the log of the job that it is. */
export interface JobLog {
  readonly steps: Steps;
  readonly emit: RunSink;
  /** What has happened since the last step, to be told with the job's end. */
  rest(): JobEvent[];
}

/**
 * Words go to the log as they come; what happens between steps goes there once, before the next step begins. A call of
 * the caller's tools is told when its step is kept only: words that turn out to be lost can be said again, a call that
 * somebody may run cannot be taken back.
 */
export function createJobLog(job: JobSteps): JobLog {
  const pending: JobEvent[] = [];
  let current: JobStepContext | undefined;
  const take = (): JobEvent[] => pending.splice(0);

  const wrap = (inner: JobSteps): Steps => ({
    async step(name, run, options) {
      const before = take();
      if (before.length > 0) await inner.emit(`${name}/before`, before);
      return inner.step(name, (context) => within(context, run), options);
    },
    within: (scope) => wrap(inner.within(scope)),
  });

  async function within<T>(
    context: JobStepContext,
    run: () => Promise<StepOutcome<T>>,
  ): Promise<StepOutcome<T>> {
    current = context;
    try {
      return await run();
    } finally {
      current = undefined;
    }
  }

  return {
    steps: wrap(job),
    emit(event) {
      const told = toJobEvent(event);
      if (!current) pending.push(told);
      else if (event.type.startsWith('client_call.')) current.emit(told);
      else current.live(told);
    },
    rest: take,
  };
}

function toJobEvent({ type, ...data }: RunEvent): JobEvent {
  // An event holds JSON and, for money, bigint.
  const text = JSON.stringify(data, (_key, value) =>
    typeof value === 'bigint' ? { bigint: value.toString() } : value,
  );
  return { type, data: JSON.parse(text) as JsonObject };
}

/** The run's event behind one of a job's log; undefined for those of the engine itself. */
export function toRunEvent({ type, data }: JobEvent): RunEvent | undefined {
  if (!RUN_EVENTS.has(type)) return undefined;
  // Written by toJobEvent alone.
  return revive({ type, ...data }) as RunEvent;
}

const RUN_EVENTS: ReadonlySet<string> = new Set<RunEvent['type']>([
  'run.started',
  'model.called',
  'reasoning.delta',
  'text.delta',
  'refusal.delta',
  'client_call.started',
  'client_call.delta',
  'model.answered',
  'model.failed',
  'answer.rejected',
  'tool.called',
  'tool.completed',
  'answer.cited',
]);

function revive(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revive);
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'bigint') return BigInt(String(first[1]));
  return Object.fromEntries(entries.map(([key, member]) => [key, revive(member)]));
}
