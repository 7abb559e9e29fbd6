import type { Migration } from './index.ts';

/** Where pages with a key's chat widget may be, so that it can be changed after its embed code stands in them. */
export const keyOrigins: Migration = {
  name: 'key-origins',
  sqlite: `
ALTER TABLE agent_keys ADD COLUMN allowed_origins TEXT;
`,
};
