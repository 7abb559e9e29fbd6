import { engineErrors } from '../errors.ts';
import { TerminalError } from '../retry.ts';
import type { StepRow } from './store.ts';

/**
 * What earlier runs of a job have left, held against what this one asks for. Throws job_changed as soon as a scope's
 * steps come in another order than they were kept in: values would land in the wrong places.
 */
export class StepHistory {
  readonly #kept = new Map<string, StepRow>();
  readonly #places = new Map<string, string>();
  readonly #asked = new Set<string>();

  constructor(rows: readonly StepRow[]) {
    for (const row of rows) {
      this.#kept.set(row.name, row);
      this.#places.set(placeOf(row.scope, row.position), row.name);
    }
  }

  /** What is kept of the step that now comes in this place of its scope. */
  ask(scope: string, position: number, name: string): StepRow | undefined {
    if (this.#asked.has(name)) {
      throw new TerminalError(
        engineErrors.job_changed.code,
        `The step '${name}' was asked for twice in one run; names of steps are unique in a job.`,
      );
    }
    this.#asked.add(name);
    if (this.#kept.size === 0) return undefined;
    const before = this.#places.get(placeOf(scope, position));
    if (before !== undefined && before !== name) {
      throw changed(`asked for the step '${name}' where it had '${before}'`);
    }
    const row = this.#kept.get(name);
    if (row && before === undefined) {
      throw changed(
        `asked for the step '${name}' as number ${position + 1}, where it was ${row.position + 1}`,
      );
    }
    return row;
  }

  /** For a handler that has returned: nothing that was finished may have been passed over. */
  checkAllAsked(): void {
    for (const row of this.#kept.values()) {
      if (row.state === 'finished' && !this.#asked.has(row.name)) {
        throw changed(`ended without asking for the finished step '${row.name}'`);
      }
    }
  }
}

function placeOf(scope: string, position: number): string {
  return `${position} ${scope}`;
}

function changed(what: string): TerminalError {
  return new TerminalError(
    engineErrors.job_changed.code,
    `The job was taken up again and ${what} before. Its definition changed in between; rerun it.`,
  );
}
