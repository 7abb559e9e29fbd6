import type { createServer } from '../http/index.ts';

/** How long open requests may go on after a stop was asked for. */
const GRACE_MS = 25_000;
/** How long they have to end by themselves once they were told to. */
const LAST_MS = 3_000;
const SWEEP_MS = 100;

/**
 * Takes no new connection and resolves when the last request has ended: by itself, because it was told to stop after
 * GRACE_MS, or because its connection was cut after that.
 */
export async function drain(
  server: ReturnType<typeof createServer>,
  tellToStop: (reason: Error) => void,
): Promise<void> {
  // A connection that is kept alive becomes idle when its request ends, and would hold the server open after that.
  const sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS);
  const grace = setTimeout(() => tellToStop(new Error('The server is going down')), GRACE_MS);
  const last = setTimeout(() => server.server.closeAllConnections(), GRACE_MS + LAST_MS);
  try {
    await server.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(grace);
    clearTimeout(last);
  }
}
