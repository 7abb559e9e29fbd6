import { ErrorLog } from '../client/error-log.ts';
import { Samples } from '../stats.ts';
import type { JobOf, LoadResult } from './messages.ts';
import { StreamReader } from './stream-reader.ts';
import type { Window } from './window.ts';

const RETRY_MS = 50;

/** A steady number of open streams, each followed by the next. Those open at the end of the window are hung up on. */
export async function runStreams(job: JobOf<'streams'>, window: Window): Promise<LoadResult> {
  const request = Buffer.from(job.request, 'latin1');
  const errors = new ErrorLog();
  const delay = new Samples();
  const begin = new Samples();
  let completed = 0;
  let stopping = false;

  const readers = Array.from(
    { length: job.streams },
    () =>
      new StreamReader({
        port: job.port,
        request,
        chunksPerStream: job.chunksPerStream,
        errors,
        onBegin: (delayMs) => {
          if (window.open) begin.add(delayMs);
        },
        onChunk: (delayMs) => {
          if (window.open) delay.add(delayMs);
        },
        onEnd: (reader) => {
          if (window.open) completed++;
          if (stopping) return;
          // At once while all is well; a server that refuses is not hammered.
          if (errors.count === 0) reader.start();
          else setTimeout(() => stopping || reader.start(), RETRY_MS);
        },
      }),
  );

  const opening = openEvenly(readers, job.warmMs * 0.9);
  await window.run(job.warmMs, job.measureMs);
  stopping = true;
  clearInterval(opening);
  for (const reader of readers) reader.close();

  const delayMs = delay.summarize();
  return {
    errors: errors.report(),
    seconds: window.seconds,
    completed,
    latencyMs: begin.summarize(),
    chunks: delayMs.count,
    delayMs,
  };
}

/** Spreads the openings, so that chunks of a thousand streams do not fall due in the same millisecond. */
function openEvenly(readers: readonly StreamReader[], overMs: number): NodeJS.Timeout {
  const startedMs = performance.now();
  let opened = 0;
  const timer = setInterval(() => {
    const due = Math.min(
      readers.length,
      Math.ceil(((performance.now() - startedMs) / overMs) * readers.length),
    );
    while (opened < due) readers[opened++]?.start();
    if (opened === readers.length) clearInterval(timer);
  }, 1);
  return timer;
}
