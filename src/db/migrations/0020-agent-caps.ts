import type { Migration } from './index.ts';

export const agentCaps: Migration = {
  name: 'agent-caps',
  sqlite: `
ALTER TABLE holds ADD COLUMN agent_id TEXT;
`,
};
