import type { JobEvent } from '../../engine/index.ts';
import { progressOf } from '../plan/progress.ts';
import type { PinnedTask } from './types.ts';

/** How far a job is, as far as this process has seen it come; see progressOf. */
export class JobProgress {
  readonly #total: number;
  #done = 0;
  readonly #rounds = new Map<string, number>();
  readonly #running = new Map<string, string>();
  #told: number;

  constructor(total: number, told: number) {
    this.#total = total;
    this.#told = told;
  }

  start(task: PinnedTask): void {
    this.#rounds.set(task.id, 0);
    this.#running.set(task.id, titleOf(task));
  }

  round(taskId: string): void {
    const rounds = this.#rounds.get(taskId);
    if (rounds !== undefined) this.#rounds.set(taskId, rounds + 1);
  }

  finish(taskId: string): void {
    this.#done += 1;
    this.#rounds.delete(taskId);
    this.#running.delete(taskId);
  }

  get percent(): number {
    this.#told = progressOf({
      total: this.#total,
      done: this.#done,
      rounds: this.#rounds.values(),
      before: this.#told,
    });
    return this.#told;
  }

  /** Of those that run at once the one that began first. */
  get currentTask(): string | null {
    return this.#running.values().next().value ?? null;
  }

  event(): JobEvent {
    return { type: 'progress', data: { progress: this.percent, current_task: this.currentTask } };
  }
}

/** What people call a task: its name, else the beginning of its description. */
export function titleOf({ name, description }: Pick<PinnedTask, 'name' | 'description'>): string {
  if (name !== '') return name;
  const line = description.trim().split('\n', 1)[0] ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
