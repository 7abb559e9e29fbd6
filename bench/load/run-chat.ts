import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../client/connection.ts';
import { ErrorLog } from '../client/error-log.ts';
import { Samples } from '../stats.ts';
import type { JobOf, LoadResult } from './messages.ts';
import type { Window } from './window.ts';

const RETRY_MS = 50;
const DRAIN_MS = 5_000;

/** Closed loop of whole answers. Those in flight at the end of the window are waited for, not cut. */
export async function runChat(job: JobOf<'chat'>, window: Window): Promise<LoadResult> {
  const request = Buffer.from(job.request, 'latin1');
  const latency = new Samples();
  const errors = new ErrorLog();
  let stopping = false;
  let inFlight = 0;

  const startLoop = (): Connection => {
    let status = 0;
    let sentMs = 0;
    let refusal = '';
    const sendNext = (): void => {
      if (stopping) return;
      inFlight++;
      refusal = '';
      sentMs = performance.now();
      connection.send(request);
    };
    const connection = new Connection(job.port, {
      head: (received) => {
        status = received;
      },
      body: (data, start, end) => {
        if (status !== 200) refusal += data.toString('latin1', start, end);
      },
      end: () => {
        inFlight--;
        if (status !== 200) errors.add(`status ${status}: ${refusal.slice(0, 300)}`);
        else if (window.open) latency.add(performance.now() - sentMs);
        sendNext();
      },
      lost: (reason) => {
        inFlight--;
        errors.add(reason);
        setTimeout(sendNext, RETRY_MS);
      },
    });
    sendNext();
    return connection;
  };

  const connections = Array.from({ length: job.connections }, startLoop);
  await window.run(job.warmMs, job.measureMs);
  stopping = true;
  const deadlineMs = performance.now() + DRAIN_MS;
  while (inFlight > 0 && performance.now() < deadlineMs) await sleep(10);
  if (inFlight > 0) errors.add(`${inFlight} requests had no answer after ${DRAIN_MS} ms`);
  for (const connection of connections) connection.close();

  const latencyMs = latency.summarize();
  return {
    errors: errors.report(),
    seconds: window.seconds,
    completed: latencyMs.count,
    latencyMs,
    chunks: 0,
    delayMs: new Samples().summarize(),
  };
}
