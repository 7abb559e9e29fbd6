import { usdNumber } from '../../billing/index.ts';
import type {
  JobEvent,
  JobStepContext,
  JobSteps,
  StepOptions,
  StepOutcome,
  Steps,
} from '../../engine/index.ts';
import type { RunEvent, RunSink } from '../../runs/index.ts';
import type { JobScope } from './deps.ts';
import { shorten, trace } from './traces.ts';

export interface TellerOptions {
  readonly scope: JobScope;
  /** Of the task that the run works on. */
  readonly taskId: string;
  readonly agent: string;
  /** See WorkOrder. */
  readonly purpose: string | undefined;
  readonly runId: string;
  /** What the agent is asked, for the trace. */
  readonly prompt: string;
  /** Where the run's steps are kept; `prefix` tells those of several runs in one scope apart. */
  readonly steps: JobSteps;
  readonly prefix: string;
  /** Whether the words of this run are told as they come. */
  readonly isLive: boolean;
  /** Whether a call of this tool keeps steps of its own, and so is none itself. */
  readonly isComposite: (tool: string) => boolean;
  /** Called when a step is really done, not read back. What it throws is the step's failure. */
  readonly onWork: () => void;
}

const TOOL_STEP = /^\d+\/tool\/\d+\/(.+)$/;

/**
 * Puts a run into the log of its job: words as they come, and each row of the trace once, before the step that follows
 * it begins.
 */
export class JobTeller {
  readonly #options: TellerOptions;
  #pending: JobEvent[] = [];
  #telling: Promise<void> = Promise.resolve();
  #context: JobStepContext | undefined;
  /** What the model has said in the call that is under way. Lost with the process: then the trace does without. */
  #said = '';
  /** Arguments of the calls that are under way. */
  readonly #calls = new Map<string, string>();

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** For the agent loop. */
  readonly sink: RunSink = (event) => this.#take(event);

  readonly steps: Steps = {
    step: (name, run, options) => this.#step(name, run, options),
    within: () => this.steps,
  };

  /** Rows of the trace that no step has told yet. */
  rest(): JobEvent[] {
    return this.#pending.splice(0);
  }

  /** For what is seen beside the run's own events. */
  note(event: JobEvent): void {
    this.#pending.push(event);
  }

  async #step<T>(name: string, run: () => Promise<StepOutcome<T>>, options?: StepOptions): Promise<T> {
    const { prefix, steps } = this.#options;
    await this.#tell(`${prefix}${name}/told`);
    const tool = TOOL_STEP.exec(name)?.[1];
    if (tool !== undefined && this.#options.isComposite(tool)) return (await run()).value;
    return steps.step(
      `${prefix}${name}`,
      async (context) => {
        this.#options.onWork();
        return this.#withUsage(await (tool === undefined ? this.#speak(context, run) : run()));
      },
      options,
    );
  }

  /** What the step has used is kept with the job in the same batch as on the bill. */
  #withUsage<T>(outcome: StepOutcome<T>): StepOutcome<T> {
    const { scope, taskId, runId } = this.#options;
    const { job, store, meter } = scope;
    const key = { accountId: job.accountId, jobId: job.id, taskId };
    const used = meter.takeUsage(runId).flatMap((usage) => store.addUsage(key, usage));
    return used.length === 0 ? outcome : { ...outcome, statements: [...(outcome.statements ?? []), ...used] };
  }

  /** Calls that begin together wait for the same telling, so that they go on in their order. */
  #tell(name: string): Promise<void> {
    const events = this.rest();
    if (events.length > 0) {
      const { scope, steps } = this.#options;
      this.#telling = steps.step(name, async () => {
        const { progress, job, store } = scope;
        const statements = [store.setProgress(job.accountId, job.id, progress.percent, progress.currentTask)];
        return { value: undefined, events: [...events, progress.event()], statements };
      });
    }
    return this.#telling;
  }

  async #speak<T>(context: JobStepContext, run: () => Promise<StepOutcome<T>>): Promise<StepOutcome<T>> {
    const { isLive, taskId, agent } = this.#options;
    if (isLive && context.attempt > 1) {
      // What the try that was cut off has said is said again from its beginning.
      context.live({ type: 'delta', data: { task_id: taskId, agent, restart: true, text: '' } });
    }
    this.#context = context;
    try {
      return await run();
    } finally {
      this.#context = undefined;
    }
  }

  #take(event: RunEvent): void {
    const { taskId, agent, isLive, scope, isComposite } = this.#options;
    const step = { task_id: taskId, purpose: this.#options.purpose };
    switch (event.type) {
      case 'text.delta':
        this.#said += event.text;
        if (isLive)
          this.#context?.live({ type: 'delta', data: { task_id: taskId, agent, text: event.text } });
        break;
      case 'model.answered': {
        const { usage, costNanoUsd, durationMs, finishReason } = event;
        scope.progress.round(taskId);
        const said = this.#said;
        this.#said = '';
        this.note(
          trace(agent, 'llm_call', event.isPartial ? 'broke off' : SAID[finishReason], {
            ...step,
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            cost_usd: usdNumber(costNanoUsd),
            duration_ms: durationMs,
            input: event.step === 1 ? shorten(this.#options.prompt) : undefined,
            output: said === '' ? undefined : shorten(said),
          }),
        );
        break;
      }
      case 'model.failed':
        this.#said = '';
        this.note(trace(agent, 'llm_call_failed', event.code, { ...step, duration_ms: event.durationMs }));
        break;
      case 'answer.rejected':
        this.note(trace(agent, 'answer_rejected', event.reason, step));
        break;
      case 'tool.called':
        this.#calls.set(event.callId, event.arguments);
        if (isComposite(event.name)) {
          this.note(
            trace(agent, 'delegation_started', shorten(event.arguments), { ...step, tool: event.name }),
          );
        }
        break;
      case 'tool.completed': {
        const { name, output, isError, costNanoUsd, durationMs } = event;
        const input = this.#calls.get(event.callId);
        this.#calls.delete(event.callId);
        const facts = { is_error: isError, cost_usd: usdNumber(costNanoUsd), duration_ms: durationMs };
        this.note(
          trace(agent, name, output, {
            ...{ ...step, ...facts },
            input: input === undefined ? undefined : shorten(input),
          }),
        );
        break;
      }
      default:
        break;
    }
  }
}

const SAID = {
  stop: 'answered',
  length: 'answered, cut at its bound',
  tool_calls: 'asked for tools',
  content_filter: 'was refused by the content filter',
} as const;
