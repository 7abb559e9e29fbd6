import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorLog } from '../client/error-log.ts';
import { MarkReader } from '../marks.ts';
import { monotonicUs } from '../monotonic.ts';
import { Samples } from '../stats.ts';
import type { JobOf, LoadResult } from './messages.ts';
import type { Window } from './window.ts';

const OPENING_AT_ONCE = 50;
const OPENING_DEADLINE_MS = 30_000;
const HEAD_END = '\r\n\r\n';
/** A WebSocket frame of text, whole and masked. */
const TEXT_FRAME = 0x81;
const MASKED = 0x80;

/** Shared by all sockets: what a thousand of them read is looked at where it arrives. */
const readBuffer = Buffer.allocUnsafe(64 * 1024);

/** Everybody reads the same events; one that has missed any, or that the server hangs up on, is an error. */
export async function runSockets(job: JobOf<'sockets'>, window: Window): Promise<LoadResult> {
  const errors = new ErrorLog();
  const delay = new Samples();
  const sockets: Socket[] = [];
  const counts: number[] = [];
  let opened = 0;
  let closing = false;
  const frame = textFrame(job.message);

  const open = (index: number): Socket => {
    const marks = new MarkReader((madeUs) => {
      if (!window.open) return;
      delay.add((monotonicUs() - madeUs) / 1000);
      counts[index] = (counts[index] ?? 0) + 1;
    });
    let head: string | undefined = '';
    const read = (bytes: number): void => {
      if (head === undefined) {
        marks.read(readBuffer, 0, bytes);
        return;
      }
      head += readBuffer.toString('latin1', 0, bytes);
      if (!head.includes(HEAD_END)) return;
      if (!head.startsWith('HTTP/1.1 101')) errors.add(head.slice(0, 300));
      head = undefined;
      opened++;
      socket.write(frame);
    };
    const socket = connect({
      port: job.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback(bytes) {
          read(bytes);
          return true;
        },
      },
    });
    counts[index] = 0;
    socket.on('error', (error) => errors.add(error.message));
    socket.on('close', () => {
      if (!closing) errors.add('the server closed a socket');
    });
    socket.write(job.request, 'latin1');
    return socket;
  };

  const deadlineMs = performance.now() + OPENING_DEADLINE_MS;
  while (opened < job.connections && performance.now() < deadlineMs && errors.count === 0) {
    while (sockets.length < job.connections && sockets.length - opened < OPENING_AT_ONCE) {
      sockets.push(open(sockets.length));
    }
    await sleep(1);
  }
  if (opened < job.connections) errors.add(`only ${opened} of ${job.connections} sockets were opened`);

  await window.run(job.warmMs, job.measureMs);
  closing = true;
  for (const socket of sockets) socket.destroy();
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  // One event may be on its way when the window closes.
  if (least === 0 || most - least > 1) errors.add(`some had ${least} events, others ${most}`);

  const delayMs = delay.summarize();
  return {
    errors: errors.report(),
    seconds: window.seconds,
    completed: most,
    latencyMs: new Samples().summarize(),
    chunks: delayMs.count,
    delayMs,
  };
}

/** Masked with zeros: a server takes any mask, and nothing but loopback is between us. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([TEXT_FRAME, MASKED | payload.length, 0, 0, 0, 0]), payload]);
}
