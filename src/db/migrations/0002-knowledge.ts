import { toPostgresSql } from '../postgres/to-postgres-sql.ts';
import type { Migration } from './index.ts';

const TABLES = `
CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  agent_id TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  status TEXT NOT NULL,
  error TEXT,
  attempt INTEGER NOT NULL DEFAULT 0,
  text_length INTEGER NOT NULL DEFAULT 0,
  chunk_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_agent ON documents (account_id, agent_id, created_at, id);
CREATE INDEX documents_by_status ON documents (account_id, agent_id, status, chunk_count);
CREATE UNIQUE INDEX documents_same_file ON documents (account_id, agent_id, sha256, name) WHERE status <> 'deleting';
CREATE INDEX documents_queued ON documents (account_id, created_at) WHERE status = 'queued';
CREATE INDEX documents_interrupted ON documents (status) WHERE status IN ('indexing', 'deleting');

CREATE TABLE document_texts (
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  start_offset INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (document_id, start_offset)
) STRICT;

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  heading TEXT NOT NULL,
  start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunks_by_document ON chunks (document_id, position);

-- The number that marks an agent's words in the index (knowledge/sqlite-search-index.ts). Never given twice.
CREATE TABLE search_scopes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  UNIQUE (account_id, agent_id)
) STRICT;
`;

export const knowledge: Migration = {
  name: 'knowledge',
  sqlite: `${TABLES}
-- A row a chunk, under the chunk's id. Its words are prepared by knowledge/search-terms.ts, so the tokenizer only has
-- to cut at spaces and to stem.
CREATE VIRTUAL TABLE chunks_fts USING fts5 (name, heading, body, tokenize = "porter ascii tokenchars '_'");
INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('secure-delete', 1);

-- However a chunk goes, its words go with it.
CREATE TRIGGER chunks_forget AFTER DELETE ON chunks BEGIN
  DELETE FROM chunks_fts WHERE rowid = old.id;
END;
`,
  postgres: `${toPostgresSql('knowledge', TABLES)}
-- Porter's stemmer without a list of stop words: which words say nothing is decided in knowledge/search-terms.ts.
CREATE TEXT SEARCH DICTIONARY muster_stem (TEMPLATE = snowball, LANGUAGE = porter);

-- A row a chunk: its words with their places (knowledge/postgres-search-index.ts), and how many they are by weight.
CREATE TABLE chunk_words (
  chunk_id BIGINT PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
  words TSVECTOR NOT NULL,
  length DOUBLE PRECISION NOT NULL
);
CREATE INDEX chunk_words_by_word ON chunk_words USING gin (words) WITH (fastupdate = off);
`,
};
