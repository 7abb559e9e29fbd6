import type { SqlValue, Statement } from '../port.ts';

/** SQL text is sent to the writer once and known by number after that. */
export type StatementDefinition = readonly [statementId: number, sql: string];

export interface BatchStatement {
  readonly statementId: number;
  readonly params: readonly SqlValue[];
  readonly guarded: boolean;
}

export interface Batch {
  readonly id: number;
  /** Answer when committed, before the flush. */
  readonly early: boolean;
  readonly statements: readonly BatchStatement[];
}

export type ToWriter =
  | {
      readonly type: 'write';
      readonly definitions: readonly StatementDefinition[];
      /** Batches by encodeBatch: one flat list crosses to another thread at a third of what objects cost. */
      readonly batches: readonly SqlValue[];
    }
  | { readonly type: 'close' };

/** `conflict`: a constraint refused it. `storage`: the file cannot be written; the disk is full, or worse. */
export type WriteFault = 'conflict' | 'storage' | 'other';

export type BatchOutcome =
  | { readonly id: number; readonly changes: readonly number[] }
  /** Index of the statement whose guard did not hold. */
  | { readonly id: number; readonly refusedAt: number }
  | { readonly id: number; readonly error: string; readonly fault: WriteFault };

export type FromWriter =
  | { readonly type: 'ready' }
  /** `settled`: of batches that asked for no more than that, or failed. `committed`: of those that wait for a flush. */
  | { readonly type: 'settled' | 'committed'; readonly outcomes: readonly BatchOutcome[] }
  | { readonly type: 'closed' };

/** Appends a batch: id, early, how many statements; then for each its id, whether guarded, how many params, the params. */
export function encodeBatch(
  id: number,
  early: boolean,
  statements: readonly Statement[],
  statementId: (sql: string) => number,
  into: SqlValue[],
): void {
  into.push(id, early ? 1 : 0, statements.length);
  for (const { sql, params, guard } of statements) {
    into.push(statementId(sql), guard === undefined ? 0 : 1, params.length);
    for (const param of params) into.push(param);
  }
}

export function decodeBatches(flat: readonly SqlValue[]): Batch[] {
  const batches: Batch[] = [];
  let at = 0;
  const next = (): number => Number(flat[at++]);
  while (at < flat.length) {
    const id = next();
    const early = next() === 1;
    const statements: BatchStatement[] = [];
    for (let left = next(); left > 0; left--) {
      const statementId = next();
      const guarded = next() === 1;
      const count = next();
      statements.push({ statementId, guarded, params: flat.slice(at, at + count) });
      at += count;
    }
    batches.push({ id, early, statements });
  }
  return batches;
}
