import type { Migration } from './index.ts';

export const sessionPlaces: Migration = {
  name: 'session-places',
  sqlite: `
ALTER TABLE sessions ADD COLUMN ip TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
`,
};
