import type { WebSocket } from 'ws';

/** Asks a client every so often whether it is there, and cuts off one that did not answer since. For `clearInterval`. */
export function keepPulse(socket: WebSocket, everyMs: number): NodeJS.Timeout {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const ping = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, everyMs);
  return ping.unref();
}
