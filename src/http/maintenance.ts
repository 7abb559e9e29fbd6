import { commonErrors, type MusterError } from '../lib/errors.ts';
import type { App } from './types.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that goes on in maintenance although its method is one that writes. */
    duringMaintenance?: boolean;
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const RETRY_MS = 60_000;

/** Refuses whatever writes or spends, before it is looked at. Registered only while the server is in maintenance. */
export function refuseWrites(app: App): void {
  app.addHook('onRequest', async (request) => {
    if (READS.has(request.method) || request.routeOptions.config.duringMaintenance) return;
    throw maintenanceError();
  });
}

export function maintenanceError(): MusterError {
  return commonErrors.service_unavailable(
    'The server is in maintenance: it answers what only reads. Try again in a minute.',
    { retryAfterMs: RETRY_MS },
  );
}
