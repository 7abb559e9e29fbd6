import type { Migration } from './index.ts';

/** Documents that were read by an earlier version, and are to be read again from their file. */
export const reread: Migration = {
  name: 'reread',
  sqlite: `
ALTER TABLE documents ADD COLUMN reread INTEGER NOT NULL DEFAULT 0;
CREATE INDEX documents_to_reread ON documents (account_id, created_at) WHERE reread = 1;
`,
};
