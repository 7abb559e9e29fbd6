import type { Migration } from './index.ts';

export const sandboxes: Migration = {
  name: 'sandboxes',
  sqlite: `
ALTER TABLE accounts ADD COLUMN sandbox_of TEXT REFERENCES accounts (id);
CREATE UNIQUE INDEX accounts_sandbox ON accounts (sandbox_of) WHERE sandbox_of IS NOT NULL;
`,
};
