import { isRecord } from '../../ui/kept-text.ts';

/** A row of the trace: what was done, by whom, with which result. */
export interface TraceRow {
  readonly seq: number;
  /** When it was told, right after it was done. */
  readonly at: number;
  readonly taskId: string | undefined;
  readonly agent: string;
  readonly action: string;
  /** Of a model call beside the work on the task: guardrail, memory. */
  readonly purpose: string | undefined;
  readonly result: string;
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly durationMs: number | undefined;
  readonly costUsd: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly isError: boolean;
}

/** What the events have told of a task. */
export interface LiveTask {
  readonly status: string;
  /** The words of the model as they come, of the call that is under way or was the last. */
  readonly words: string;
}

export interface RunNow {
  readonly status: string | undefined;
  readonly progress: number | undefined;
  readonly tasks: ReadonlyMap<string, LiveTask>;
  readonly traces: readonly TraceRow[];
  readonly isOver: boolean;
}

const FINAL: ReadonlySet<string> = new Set(['completed', 'failed', 'stopped']);

/** A run as its events tell it. They are the same whether they come as it happens or are read again later. */
export class RunLog {
  #status: string | undefined;
  #progress: number | undefined;
  readonly #tasks = new Map<string, LiveTask>();
  readonly #traces: TraceRow[] = [];
  /** Tasks whose next word begins a new answer. */
  readonly #isFresh = new Set<string>();
  lastSeq = 0;

  get isOver(): boolean {
    return FINAL.has(this.#status ?? '');
  }

  now(): RunNow {
    return {
      status: this.#status,
      progress: this.#progress,
      tasks: new Map(this.#tasks),
      traces: [...this.#traces],
      isOver: this.isOver,
    };
  }

  /** Takes an event; one that was taken before changes nothing. Tells whether the run stands elsewhere now. */
  take(data: unknown): boolean {
    if (!isRecord(data)) return false;
    const seq = Number(data.seq);
    if (!(seq > this.lastSeq)) return false;
    this.lastSeq = seq;
    const taskId = typeof data.task_id === 'string' ? data.task_id : undefined;
    switch (data.type) {
      case 'job_status':
        this.#status = String(data.status);
        return true;
      case 'progress':
        this.#progress = Number(data.progress);
        return true;
      case 'trace':
        this.#traces.push(toRow(data, seq, taskId));
        if (data.action === 'llm_call' && taskId !== undefined) this.#isFresh.add(taskId);
        return false;
      case 'delta':
        if (taskId !== undefined) this.#speak(taskId, String(data.text ?? ''), data.restart === true);
        return false;
    }
    const status = STATUS_AFTER[String(data.type)];
    if (status === undefined || taskId === undefined) return false;
    this.#tasks.set(taskId, { words: this.#tasks.get(taskId)?.words ?? '', status });
    return true;
  }

  #speak(taskId: string, text: string, isAgain: boolean): void {
    const before = this.#tasks.get(taskId);
    const isFresh = isAgain || this.#isFresh.delete(taskId);
    // Who speaks after a person was asked has been answered.
    this.#tasks.set(taskId, { status: 'running', words: (isFresh ? '' : (before?.words ?? '')) + text });
  }
}

const STATUS_AFTER: Readonly<Record<string, string>> = {
  task_start: 'running',
  task_complete: 'completed',
  task_failed: 'failed',
  waiting_for_input: 'waiting_for_input',
};

function toRow(data: Record<string, unknown>, seq: number, taskId: string | undefined): TraceRow {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return {
    seq,
    at: Date.parse(String(data.timestamp)),
    taskId,
    agent: text(data.agent) ?? '',
    action: text(data.action) ?? '',
    purpose: text(data.purpose),
    result: text(data.result) ?? '',
    input: text(data.input),
    output: text(data.output),
    durationMs: number(data.duration_ms),
    costUsd: number(data.cost_usd),
    inputTokens: number(data.input_tokens),
    outputTokens: number(data.output_tokens),
    isError: data.is_error === true || data.action === 'task_failed' || data.action === 'llm_call_failed',
  };
}
