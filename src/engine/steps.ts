import type { Database, Statement, WriteResult } from '../db/index.ts';

/** What a step leaves behind: its value, and the writes that must be kept together with it (ledger, usage, events). */
export interface StepOutcome<T> {
  readonly value: T;
  readonly statements?: readonly Statement[];
}

/**
 * The only way by which loop and crews touch the outside. A name is unique in its run and the same on every attempt;
 * a finished step's value and statements are kept in one transaction.
 */
export interface Steps {
  step<T>(name: string, run: () => Promise<StepOutcome<T>>): Promise<T>;
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
 * single batch of everything. Batches keep their order: once the last is durable, all are.
 */
export function createInlineSteps(db: Database): InlineSteps {
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
      if (statements) pending.push(...statements);
      return value;
    },

    async finish(last) {
      const statements = [...pending, ...last];
      pending = [];
      const results = await Promise.all(statements.length > 0 ? [...sent, db.write(statements)] : sent);
      for (const result of results) {
        if (!result.ok) throw new Error(`A step's writes were refused by the guard '${result.refused}'`);
      }
    },
  };
}
