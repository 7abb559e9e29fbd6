import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Slots } from '../lib/slots.ts';

interface Watched {
  /** What it had not taken yet when it was last looked at. */
  unsentBytes: number;
  /** How many looks in a row have found it the same. */
  looks: number;
}

/**
 * Cuts off clients that have stopped reading their replies, so that what they do not take is not kept in memory for as
 * long as they like. One that reads slowly, and one that waits for its reply, are left alone. Costs nothing a request:
 * all connections are looked at now and then, and an idle one is one slot.
 */
export function cutStalledReaders(
  server: Server,
  { lookEveryMs = 30_000, patience = 4 }: { readonly lookEveryMs?: number; readonly patience?: number } = {},
): void {
  const open = new Slots<Socket>();
  let behind = new Map<Socket, Watched>();
  server.on('connection', (socket: Socket) => {
    const slot = open.add(socket);
    socket.on('close', () => open.take(slot));
  });
  const timer = setInterval(() => {
    const stillBehind: typeof behind = new Map();
    for (const socket of open) {
      const unsent = unsentBytes(socket);
      if (unsent === 0) continue;
      const before = behind.get(socket);
      const looks = unsent === before?.unsentBytes ? before.looks + 1 : 0;
      if (looks >= patience) socket.destroy();
      else stillBehind.set(socket, { unsentBytes: unsent, looks });
    }
    behind = stillBehind;
  }, lookEveryMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

/** What the operating system has not taken yet. Only the handle under a socket tells how far a single write has come. */
function unsentBytes(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const queued = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : 0;
  return typeof queued === 'number' && queued > 0 ? queued : 0;
}
