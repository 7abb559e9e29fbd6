import type { Migration } from './index.ts';

/** Questions whose answers take a while, so that a kill in the middle loses none; gone with the answer's own batch. */
export const begunTurns: Migration = {
  name: 'begun-turns',
  sqlite: `
CREATE TABLE begun_turns (
  run_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  turn TEXT NOT NULL,
  run TEXT NOT NULL
) STRICT;
`,
};
