import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../accounts/index.ts';
import type { Claim, Idempotency } from '../idempotency/index.ts';
import { invalid } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { type RecordedReply, recordReply } from './record-reply.ts';
import type { App } from './types.ts';

const HEADER = 'idempotency-key';
const KEY = /^[\x20-\x7e]{1,255}$/;

/** What of a reply's headers belongs to the answer, and not to the exchange that carried it. */
const KEPT_HEADERS = [
  'content-type',
  'content-disposition',
  'cache-control',
  'etag',
  'location',
  'x-conversation-id',
  'x-message-id',
];

/**
 * Lets a POST with an Idempotency-Key happen once: whoever sends it again gets the first reply, marked
 * `idempotent-replayed: true`. Replies that are errors, and streams that broke, are not kept, so that the same request
 * can be tried again. Requests without the header pass untouched; those without a principal (signing in) have nobody
 * whom a reply could be kept for.
 */
export function acceptIdempotencyKeys(
  app: App,
  { idempotency, logger }: { readonly idempotency: Idempotency; readonly logger: Logger },
): void {
  app.addHook('preHandler', (request, reply, done) => {
    const { [HEADER]: key } = request.headers;
    // Uploaded forms are read as they come, so two of them cannot be told apart here; the same file is stored once anyway.
    const isForm = request.isMultipart?.() ?? false;
    if (key === undefined || isForm || request.method !== 'POST' || !request.principal) {
      done();
      return;
    }
    admit(idempotency, request, request.principal, String(key)).then(
      (admission) => {
        if (admission.type === 'replay') {
          const { status, headers, body } = admission.reply;
          reply.code(status).headers(headers).header('idempotent-replayed', 'true').send(body);
          return;
        }
        keepReply(admission.claim, request, reply, logger);
        done();
      },
      // What is thrown here is an Error: ours, or the database's.
      (error: Error) => done(error),
    );
  });
}

function admit(idempotency: Idempotency, request: FastifyRequest, principal: Principal, key: string) {
  if (!KEY.test(key)) throw invalid('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
  return idempotency.admit({
    accountId: principal.accountId,
    key,
    method: request.method,
    path: request.url,
    principalId: principal.kind === 'key' ? principal.keyId : principal.userId,
    body: request.body,
  });
}

function keepReply(claim: Claim, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  recordReply(reply.raw, async (recorded) => {
    try {
      await (isWorthKeeping(recorded) ? claim.keep(toKept(recorded)) : claim.release());
    } catch (error) {
      // The reply itself is good; only a retry would not find it.
      logger.warn({ requestId: request.id, err: error }, 'The reply to an Idempotency-Key was not kept');
    }
  });
}

function isWorthKeeping({ status, failed }: RecordedReply): boolean {
  return status < 400 && !failed;
}

function toKept({ status, headers, body }: RecordedReply) {
  if (body === undefined) return undefined;
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { status, headers: Object.fromEntries(kept), body };
}
