import type { Migration } from './index.ts';

/** When an account was deleted: its rows go, its id stays, so that what is written down of it has something to stand on. */
export const accountDeletion: Migration = {
  name: 'account-deletion',
  sqlite: `
ALTER TABLE accounts ADD COLUMN deleted_at INTEGER;
CREATE INDEX accounts_deleted ON accounts (deleted_at) WHERE deleted_at IS NOT NULL;
`,
};
