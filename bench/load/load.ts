/** The load process: takes one job at a time from its parent, reports the window's edges and the result. */
import { Value } from 'typebox/value';
import { Job, type LoadResult, type Report } from './messages.ts';
import { runArrivals } from './run-arrivals.ts';
import { runChat } from './run-chat.ts';
import { runIdle } from './run-idle.ts';
import { runSockets } from './run-sockets.ts';
import { runStreams } from './run-streams.ts';
import { Window } from './window.ts';

const say = (report: Report): void => {
  process.send?.(report);
};

function run(job: Job): Promise<LoadResult> {
  const window = new Window((kind) => say({ kind }));
  switch (job.kind) {
    case 'chat':
      return runChat(job, window);
    case 'streams':
      return runStreams(job, window);
    case 'arrivals':
      return runArrivals(job, window);
    case 'idle':
      return runIdle(job, window);
    case 'sockets':
      return runSockets(job, window);
  }
}

process.on('message', async (message: unknown) => {
  try {
    say({ kind: 'done', result: await run(Value.Parse(Job, message)) });
  } catch (cause) {
    say({ kind: 'failed', message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
  }
});
process.on('disconnect', () => process.exit());
