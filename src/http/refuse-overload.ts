import type { FastifyRequest } from 'fastify';
import { MusterError } from '../lib/errors.ts';
import type { Admission, HeldBody } from '../limits/index.ts';
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
    const body = bodyOf(request);
    if (!body) return done();
    const room = admission.enter(body);
    if (room instanceof MusterError) return done(room);
    reply.raw.once('close', room.leave);
    done();
  });
}

function isAboutHealth({ routeOptions }: FastifyRequest): boolean {
  return /\/(health|health\/ready|metrics)$/.test(routeOptions.url ?? '');
}

/** Files, too, are held in memory until the last byte of the form is there. */
function bodyOf({ method, headers, raw: { socket } }: FastifyRequest): HeldBody | undefined {
  if (READS.has(method)) return undefined;
  const bytes =
    headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : UNKNOWN_BYTES;
  if (!Number.isSafeInteger(bytes) || bytes <= 0) return undefined;
  const readBefore = socket.bytesRead;
  return {
    bytes,
    arrived: () => (socket.destroyed ? undefined : Math.min(bytes, socket.bytesRead - readBefore)),
  };
}
