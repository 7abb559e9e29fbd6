import type { Migration } from './index.ts';

/** Batches are few: an account's are found without a look through everybody's. */
export const batchesByAccount: Migration = {
  name: 'batches-by-account',
  sqlite: `
CREATE INDEX execution_batches_by_account ON execution_batches (account_id, created_at, id);
`,
};
