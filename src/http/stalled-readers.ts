import type { Server } from 'node:http';
import type { Socket } from 'node:net';

interface Watched {
  /** What it had not taken yet when it was last looked at. */
  unsentBytes: number;
  /** How many looks in a row have found it the same. */
  looks: number;
}

/**
 * Cuts off clients that have stopped reading their replies, so that what they do not take is not kept in memory for as
 * long as they like. One that reads slowly, and one that waits for its reply, are left alone. Costs nothing a request:
 * all connections are looked at now and then.
 */
export function cutStalledReaders(
  server: Server,
  { lookEveryMs = 30_000, patience = 4 }: { readonly lookEveryMs?: number; readonly patience?: number } = {},
): void {
  const open = new Map<Socket, Watched>();
  server.on('connection', (socket: Socket) => {
    open.set(socket, { unsentBytes: 0, looks: 0 });
    socket.once('close', () => open.delete(socket));
  });
  const timer = setInterval(() => {
    for (const [socket, watched] of open) {
      const unsent = unsentBytes(socket);
      watched.looks = unsent > 0 && unsent === watched.unsentBytes ? watched.looks + 1 : 0;
      watched.unsentBytes = unsent;
      if (watched.looks >= patience) socket.destroy();
    }
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
