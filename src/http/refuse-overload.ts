import type { FastifyRequest } from 'fastify';
import type { Admission } from '../limits/index.ts';
import type { App } from './types.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a body of unknown length counts as: the most that a JSON body may be. */
const UNKNOWN_BYTES = 2 * 1024 * 1024;

/** Refuses what is too much before anything is done for it. Whoever asks how the server is gets an answer. */
export function refuseOverload(app: App, admission: Admission): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (isAboutHealth(request)) return done();
    const refusal = admission.refusal(READS.has(request.method) ? 'read' : 'write');
    if (refusal) return done(refusal);
    const bytes = heldBytes(request);
    if (bytes === 0) return done();
    const full = admission.enter(bytes);
    if (full) return done(full);
    reply.raw.once('close', () => admission.leave(bytes));
    done();
  });
}

function isAboutHealth({ routeOptions }: FastifyRequest): boolean {
  return /\/(health|health\/ready|metrics)$/.test(routeOptions.url ?? '');
}

/** How much memory the body takes. Files go to the disk as they come. */
function heldBytes({ headers }: FastifyRequest): number {
  if (headers['content-type']?.startsWith('multipart/')) return 0;
  if (headers['transfer-encoding'] !== undefined) return UNKNOWN_BYTES;
  const length = Number(headers['content-length'] ?? 0);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}
