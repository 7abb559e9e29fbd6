import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorLog } from '../client/error-log.ts';
import { Samples } from '../stats.ts';
import type { JobOf, LoadResult } from './messages.ts';
import { StreamReader } from './stream-reader.ts';
import type { Window } from './window.ts';

const DRAIN_MS = 5_000;

/** Open loop: streams start on schedule whatever the server does. Connections are kept and used again. */
export async function runArrivals(job: JobOf<'arrivals'>, window: Window): Promise<LoadResult> {
  const request = Buffer.from(job.request, 'latin1');
  const errors = new ErrorLog();
  const firstToken = new Samples();
  const delay = new Samples();
  const free: StreamReader[] = [];
  const all: StreamReader[] = [];
  let completed = 0;

  const makeReader = (): StreamReader => {
    const reader = new StreamReader({
      port: job.port,
      request,
      chunksPerStream: job.chunksPerStream,
      errors,
      onFirst: (delayMs) => {
        if (window.open) firstToken.add(delayMs);
      },
      onChunk: (delayMs) => {
        if (window.open) delay.add(delayMs);
      },
      onEnd: () => {
        if (window.open) completed++;
        free.push(reader);
      },
    });
    all.push(reader);
    return reader;
  };

  const startedMs = performance.now();
  let started = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) / 1000) * job.perSecond;
    for (; started < due; started++) (free.pop() ?? makeReader()).start();
  }, 1);

  await window.run(job.warmMs, job.measureMs);
  clearInterval(timer);
  const deadlineMs = performance.now() + DRAIN_MS;
  while (free.length < all.length && performance.now() < deadlineMs) await sleep(10);
  if (free.length < all.length)
    errors.add(`${all.length - free.length} streams did not end in ${DRAIN_MS} ms`);
  for (const reader of all) reader.close();

  const delayMs = delay.summarize();
  return {
    errors: errors.report(),
    seconds: window.seconds,
    completed,
    latencyMs: firstToken.summarize(),
    chunks: delayMs.count,
    delayMs,
  };
}
