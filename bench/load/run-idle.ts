import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../client/connection.ts';
import { ErrorLog } from '../client/error-log.ts';
import { Samples } from '../stats.ts';
import type { JobOf, LoadResult } from './messages.ts';
import type { Window } from './window.ts';

const OPENING_AT_ONCE = 50;
const OPENING_DEADLINE_MS = 30_000;

/** Keeps answered connections open and silent; one that the server hangs up on inside the window is an error. */
export async function runIdle(job: JobOf<'idle'>, window: Window): Promise<LoadResult> {
  const request = Buffer.from(job.request, 'latin1');
  const errors = new ErrorLog();
  const connections: Connection[] = [];
  let answered = 0;

  const deadlineMs = performance.now() + OPENING_DEADLINE_MS;
  while (answered < job.connections && performance.now() < deadlineMs && errors.count === 0) {
    while (connections.length < job.connections && connections.length - answered < OPENING_AT_ONCE) {
      const connection = new Connection(job.port, {
        head: (status) => {
          if (status !== 200) errors.add(`status ${status}`);
        },
        body: () => {},
        end: () => {
          answered++;
        },
        lost: (reason) => errors.add(reason),
      });
      connections.push(connection);
      connection.send(request);
    }
    await sleep(1);
  }
  if (answered < job.connections)
    errors.add(`only ${answered} of ${job.connections} connections were answered`);

  await window.run(job.warmMs, job.measureMs);
  const closed = connections.filter((connection) => !connection.open).length;
  if (closed > 0) errors.add(`the server closed ${closed} of ${connections.length} idle connections`);
  for (const connection of connections) connection.close();

  const nothing = new Samples().summarize();
  return {
    errors: errors.report(),
    seconds: window.seconds,
    completed: answered,
    latencyMs: nothing,
    chunks: 0,
    delayMs: nothing,
  };
}
