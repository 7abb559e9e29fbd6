import type { Fields } from '../client/fields.ts';
import { dollars } from '../format.ts';
import type { Screen } from '../screen.ts';

/** What a line shows of a longer text. */
const MAX_CHARS = 100;
const DRAW_MS = 100;
/** Rows of the trace that other lines already say. */
const QUIET = new Set([
  'crew_started',
  'crew_completed',
  'task_started',
  'task_completed',
  'task_failed',
  'llm_call',
]);
/** Model calls that are no work on a task. */
const WHY: Readonly<Record<string, string>> = {
  guardrail: ' that judges the output',
  memory: ' that draws what to remember',
};
const CLEAR_LINE = '\r\x1b[2K';

/**
 * Shows a job as it goes: a line for each thing that has happened and, on a terminal, a last line that says how far it is.
 */
export class JobView {
  readonly #screen: Screen;
  readonly #startedMs: number;
  readonly #now: () => number;
  readonly #titles = new Map<string, string>();
  #percent = 0;
  #current = '';
  #costUsd = 0;
  #isDrawn = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
    this.#startedMs = now();
    if (screen.isTerminal) {
      this.#timer = setInterval(() => this.#draw(), DRAW_MS);
      this.#timer.unref();
    }
  }

  get costUsd(): number {
    return this.#costUsd;
  }

  /** The last line goes, and with `pause` stays away: somebody is asked something. */
  pause(): void {
    this.#clear();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  goOn(): void {
    if (!this.#screen.isTerminal || this.#timer) return;
    this.#timer = setInterval(() => this.#draw(), DRAW_MS);
    this.#timer.unref();
  }

  line(text: string): void {
    this.#clear();
    this.#screen.line(text);
  }

  show(event: Fields): void {
    const line = this.#lineOf(event);
    if (line !== undefined) this.line(line);
  }

  #lineOf(event: Fields): string | undefined {
    const { dim } = this.#screen;
    const task = this.#titles.get(event.textOr('task_id', '')) ?? event.textOr('task_id', '');
    switch (event.text('type')) {
      case 'progress':
        this.#percent = event.numberOr('progress', this.#percent);
        this.#current = event.textOr('current_task', '');
        return undefined;
      case 'task_complete':
        return `       ${short(task)}: done`;
      case 'task_failed':
        return `       ${short(task)}: failed. ${short(event.textOr('error', ''))}`;
      case 'error':
        return `       ${short(event.textOr('message', ''))}`;
      case 'trace':
        return this.#traceLine(event, task, dim);
      default:
        return undefined;
    }
  }

  #traceLine(event: Fields, task: string, dim: (text: string) => string): string | undefined {
    const [agent, action] = [event.textOr('agent', ''), event.textOr('action', '')];
    this.#costUsd += event.numberOr('cost_usd', 0);
    if (action === 'task_started') {
      const title = event.textOr('result', '');
      this.#titles.set(event.textOr('task_id', ''), title);
      return `${this.#at()} ${short(title)}: ${agent} begins`;
    }
    if (action === 'llm_call') {
      const tokens = event.numberOr('input_tokens', 0) + event.numberOr('output_tokens', 0);
      const cost = event.numberOr('cost_usd', 0);
      const why = WHY[event.textOr('purpose', '')] ?? '';
      return dim(
        `       ${agent}: model call${why}, ${tokens} tokens${cost === 0 ? '' : `, ${dollars(cost)}`}`,
      );
    }
    if (QUIET.has(action)) return undefined;
    const failed = event.isTrue('is_error') ? ' failed' : '';
    const about = task === '' ? '' : ` (${short(task, 40)})`;
    return dim(`       ${agent}: ${action}${failed}${about}: ${short(event.textOr('result', ''))}`);
  }

  #at(): string {
    return `[${String(this.#percent).padStart(3)}%]`;
  }

  #draw(): void {
    const seconds = Math.round((this.#now() - this.#startedMs) / 1_000);
    const width = (this.#screen.stream.columns ?? 80) - 1;
    const facts = [dollars(this.#costUsd), `${seconds} s`, this.#current].filter((fact) => fact !== '');
    // The screen takes steering characters out, which are just what is wanted here.
    this.#screen.stream.write(CLEAR_LINE);
    this.#screen.write(`${this.#at()} ${facts.join('  ')}`.replaceAll(/\s*\n\s*/g, ' ').slice(0, width));
    this.#isDrawn = true;
  }

  #clear(): void {
    if (this.#isDrawn) this.#screen.stream.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}

function short(text: string, most = MAX_CHARS): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
