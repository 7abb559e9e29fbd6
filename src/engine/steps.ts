import type { Database, Statement, WriteResult } from '../db/index.ts';
import type { RetryPolicy } from './retry.ts';

/** What a step leaves behind: its value, and the writes that must be kept together with it (ledger, usage, events). */
export interface StepOutcome<T> {
  readonly value: T;
  readonly statements?: readonly Statement[];
}

/** What is known about a step's effects on the outside, for the case that the process dies while it runs. */
export interface StepOptions {
  /**
   * `none` (default): repeating it does no harm. `idempotent`: neither, because it sends its idempotency key.
   * `unknown`: it may have taken effect although nobody saw its result; `whenUnknown` then says what happens.
   */
  readonly effects?: 'none' | 'idempotent' | 'unknown';
  /**
   * Run it again with the same idempotency key; let the run wait until a person decides (default); or let the step fail
   * with `outcome_unknown`, where there is nobody to ask.
   */
  readonly whenUnknown?: 'retry-with-same-key' | 'ask' | 'fail';
  /** For errors that may be retried (see isFinal). Without it a step is tried once. */
  readonly retry?: RetryPolicy;
}

/**
 * The only way by which loop and crews touch the outside. A name is unique in its run and the same on every attempt;
 * a finished step's value and statements are kept in one transaction.
 */
export interface Steps {
  step<T>(name: string, run: () => Promise<StepOutcome<T>>, options?: StepOptions): Promise<T>;
  /**
   * Steps whose names begin with `scope/`. Work that goes on beside other work takes a scope of its own: inside one
   * scope, steps are asked for in the same order on every attempt, between scopes the order is free.
   */
  within(scope: string): Steps;
}

/** Steps of a run that ends with its request: a restart does not resume it, so values are not kept, only the writes. */
export interface InlineSteps extends Steps {
  /**
   * Resolves when everything that the steps left behind, and `last`, is on disk. Rejects if any of it could not be
   * written.
   */
  finish(last: readonly Statement[]): Promise<void>;
}

/**
 * A step's writes are sent when the next step begins, without waiting for the disk, so that a run of one step makes a
 * single batch of everything. Batches keep their order: once the last is durable, all are. `onUnwritten` is given what a
 * step was to leave when it is not certain to have been written: what it has cost stays true, whatever becomes of the run.
 */
export function createInlineSteps(
  db: Pick<Database, 'write'>,
  onUnwritten: (statements: readonly Statement[]) => void,
): InlineSteps {
  /** What each step leaves. */
  const all: (readonly Statement[])[] = [];
  let pending: Statement[] = [];
  const sent: Promise<WriteResult>[] = [];

  const send = (): void => {
    if (pending.length === 0) return;
    const batch = db.write(pending, { ack: 'applied' });
    // Looked at in finish(); until then a failure must not count as unhandled.
    batch.catch(() => undefined);
    sent.push(batch);
    pending = [];
  };

  return {
    async step(_name, run) {
      send();
      const { value, statements } = await run();
      if (statements) {
        all.push(statements);
        pending.push(...statements);
      }
      return value;
    },

    within() {
      return this;
    },

    async finish(last) {
      const statements = [...pending, ...last];
      pending = [];
      try {
        const results = await Promise.all(statements.length > 0 ? [...sent, db.write(statements)] : sent);
        for (const result of results) {
          if (!result.ok) throw new Error(`A step's writes were refused by the guard '${result.refused}'`);
        }
      } catch (error) {
        for (const left of all) onUnwritten(left);
        throw error;
      }
    },
  };
}
