import type { Migration } from './index.ts';

export const keyLimits: Migration = {
  name: 'key-limits',
  sqlite: `
ALTER TABLE agent_keys ADD COLUMN requests_per_minute INTEGER;
ALTER TABLE agent_keys ADD COLUMN requests_per_hour INTEGER;
`,
};
