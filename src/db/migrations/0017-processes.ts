import { toPostgresSql } from '../postgres/to-postgres-sql.ts';
import type { Migration } from './index.ts';

const TABLES = `
CREATE TABLE processes (
  id TEXT PRIMARY KEY,
  seen_at INTEGER NOT NULL
) STRICT;

ALTER TABLE holds ADD COLUMN owner TEXT;
ALTER TABLE holds ADD COLUMN day TEXT;
ALTER TABLE holds ADD COLUMN month TEXT;
ALTER TABLE idempotency_keys ADD COLUMN owner TEXT;
ALTER TABLE documents ADD COLUMN owner TEXT;
`;

/**
 * Which processes are alive, and which of them has begun what: so that the others take up what a dead one leaves. On
 * PostgreSQL, where processes may stand on many machines, also what they would else keep in memory or in a folder.
 */
export const processes: Migration = {
  name: 'processes',
  sqlite: TABLES,
  postgres: `${toPostgresSql('processes', TABLES)}
CREATE TABLE uploads (
  document_id TEXT COLLATE "C" PRIMARY KEY,
  bytes BYTEA NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
ALTER TABLE uploads ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE request_windows (
  id TEXT COLLATE "C" PRIMARY KEY,
  version BIGINT NOT NULL,
  state TEXT NOT NULL
);
`,
};
