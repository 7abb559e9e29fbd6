import type { SqlValue } from '../port.ts';

/** SQL text is sent to the writer once and known by number after that. */
export type StatementDefinition = readonly [statementId: number, sql: string];

/** `[statementId, params, guarded]` */
export type BatchStatement = readonly [statementId: number, params: readonly SqlValue[], guarded: 0 | 1];

export interface Batch {
  readonly id: number;
  /** Answer when applied, before the commit. */
  readonly early: boolean;
  readonly statements: readonly BatchStatement[];
}

export type ToWriter =
  | {
      readonly type: 'write';
      readonly definitions: readonly StatementDefinition[];
      readonly batches: readonly Batch[];
    }
  | { readonly type: 'close' };

export type BatchOutcome =
  | { readonly id: number; readonly changes: readonly number[] }
  /** Index of the statement whose guard did not hold. */
  | { readonly id: number; readonly refusedAt: number }
  | { readonly id: number; readonly error: string; readonly conflict: boolean };

export type FromWriter =
  | { readonly type: 'ready' }
  | { readonly type: 'outcomes'; readonly outcomes: readonly BatchOutcome[] }
  | { readonly type: 'closed' };
