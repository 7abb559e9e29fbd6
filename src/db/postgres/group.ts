import type { Statement, WriteResult } from '../port.ts';
import type { Command, CommandResult } from './exchange.ts';

/** A batch that waits to be written. */
export interface Batch {
  readonly statements: readonly Statement[];
  /** Need not be flushed to disk before it is acknowledged. */
  readonly early: boolean;
  /** A database that cannot be reached is waited for until then, instead of giving up at once. */
  readonly waitUntil: number;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
}

export type Outcome = WriteResult | { readonly error: unknown };

/** What the rows that were changed say of a batch: all its guards held, or which did not. */
export function judge({ statements }: Batch, results: readonly CommandResult[]): WriteResult {
  for (const [index, { guard }] of statements.entries()) {
    if (guard !== undefined && results[index]?.count === 0) return { ok: false, refused: guard };
  }
  return { ok: true, changes: results.map(({ count }) => count) };
}

/** The first parameter of an update of accounts that says which: `… where "id" = $n`. */
const ACCOUNT_UPDATE = /^update "accounts" set .*? where "id" = \$(\d+)/s;
const accountParams = new Map<string, number | undefined>();

/**
 * Locks the accounts whose balances a group will change, in one order everywhere: two processes whose groups meet the same
 * accounts wait for each other instead of getting stuck. Undefined when it changes none.
 */
export function lockAccounts(batches: readonly Batch[]): Command | undefined {
  const ids = new Set<string>();
  for (const { statements } of batches) {
    for (const { sql, params } of statements) {
      const at = accountParamOf(sql);
      const id = at === undefined ? undefined : params[at];
      if (typeof id === 'string') ids.add(id);
    }
  }
  if (ids.size === 0) return undefined;
  const sql =
    'SELECT 1 FROM accounts WHERE id IN (SELECT jsonb_array_elements_text(cast($1 AS jsonb))) ORDER BY id FOR NO KEY UPDATE';
  return { sql, params: [JSON.stringify([...ids])] };
}

function accountParamOf(sql: string): number | undefined {
  if (!sql.startsWith('update "accounts"')) return undefined;
  if (!accountParams.has(sql)) {
    const position = ACCOUNT_UPDATE.exec(sql)?.[1];
    accountParams.set(sql, position === undefined ? undefined : Number(position) - 1);
  }
  return accountParams.get(sql);
}
