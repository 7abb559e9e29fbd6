import { defineCommand } from '../command.ts';
import { serve } from './serve.ts';

/** The same as `serve` with MUSTER_ROLE=worker. */
export const worker = defineCommand({
  name: 'worker',
  summary: 'Start a process that runs jobs, and serves nothing but its health.',
  details: `For many processes on one PostgreSQL: it needs DATABASE_URL and MUSTER_SECRET_KEY, the same as the servers
(MUSTER_ROLE=api). See docs/scaling.md.`,
  options: serve.options,
  run: (input, context) => serve.run(input, { ...context, env: { ...context.env, MUSTER_ROLE: 'worker' } }),
});
