import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../accounts/index.ts';
import type { Statement } from '../db/index.ts';
import { type Claim, type Idempotency, idempotencyErrors } from '../idempotency/index.ts';
import { invalid, isOutcome, MusterError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { Registry } from '../lib/registry.ts';
import type { Limits } from '../limits/index.ts';
import type { OpenRequests } from './client-gone.ts';
import { countStream } from './open-stream.ts';
import { digestOfFiles, readDigest } from './read-files.ts';
import { type RecordedReply, type Recording, recordReply } from './record-reply.ts';
import { toHeaderTexts } from './reply-headers.ts';
import type { App } from './types.ts';

const HEADER = 'idempotency-key';
const REPLAYED = 'idempotent-replayed';
const IN_PROGRESS = idempotencyErrors.idempotency_in_progress.code;
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
  'x-should-retry',
];

/** Between the end of a reply and the end of its settling somebody may come twice; more often nobody does. */
const MAX_LOOKS = 3;

interface Deps {
  readonly idempotency: Idempotency;
  readonly limits: Pick<Limits, 'openStream'>;
  readonly openRequests: Pick<OpenRequests, 'track'>;
  readonly logger: Logger;
}

/**
 * Lets a POST with an Idempotency-Key happen once: whoever sends it again gets the first reply, marked
 * `idempotent-replayed: true`. A stream that is still running is told from its beginning and then as it comes. Replies
 * that are errors, and streams that broke, are not kept, so that the same request can be tried again; except for errors
 * that tell what was done (`isOutcome`). Requests without the header pass untouched; those without a principal (signing
 * in) have nobody whom a reply could be kept for.
 */
export function acceptIdempotencyKeys(app: App, deps: Deps): void {
  /** What is being written in this process, by account and key. */
  const live = new Registry<Recording>();
  app.addHook('preHandler', (request, reply, done) => {
    const { [HEADER]: key } = request.headers;
    if (key === undefined || request.method !== 'POST' || !request.principal) {
      done();
      return;
    }
    enter(deps, live, request, reply, request.principal, String(key)).then(
      (goesOn) => {
        if (goesOn) done();
      },
      // What is thrown here is an Error: ours, or the database's.
      (error: Error) => done(error),
    );
  });
}

/** True when the request is to be carried out; else it has been answered, or is being. */
async function enter(
  deps: Deps,
  live: Registry<Recording>,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal,
  key: string,
): Promise<boolean> {
  const place = `${principal.accountId} ${key}`;
  // Its own credential may end while it waits for, or reads, what another one asked for.
  const signal = isStream(request) ? deps.openRequests.track(reply.raw, principal) : undefined;
  /** Throws when its credential has ended meanwhile. */
  const hasLeft = (): boolean => {
    if (signal?.reason instanceof MusterError) throw signal.reason;
    return reply.raw.destroyed;
  };
  for (let look = 1; ; look++) {
    try {
      const admission = await admit(deps.idempotency, request, principal, key);
      if (admission.type === 'replay') {
        const { status, headers, body } = admission.reply;
        reply.code(status).headers(headers).header(REPLAYED, 'true').send(body);
        return false;
      }
      const recording = keepReply(admission.claim, request, reply, deps.logger, () => live.delete(place));
      request.claim = admission.claim;
      live.set(place, recording);
      return true;
    } catch (error) {
      const isRunning = error instanceof MusterError && error.code === IN_PROGRESS;
      if (!isRunning || !signal || look >= MAX_LOOKS) throw error;
      const recording = live.get(place);
      const isTold = (await Promise.race([recording?.begun, whenAborted(signal)])) === 'stream';
      // It is the same request: else the key would have been refused.
      if (isTold && !hasLeft()) await countStream(deps.limits, principal.accountId, reply.raw);
      if (!hasLeft()) {
        if (!isTold) continue;
        const headers = { ...toHeaderTexts(reply.getHeaders()), [REPLAYED]: 'true' };
        if (!recording?.follow(reply.raw, headers)) throw error;
        endWith(signal, reply.raw);
      }
      reply.hijack();
      return false;
    }
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  return promise;
}

/** Cuts off who follows a stream when its credential ends. Of a server that goes down, the stream itself tells. */
function endWith(signal: AbortSignal, response: ServerResponse): void {
  signal.addEventListener('abort', () => {
    if (signal.reason instanceof MusterError) response.destroy();
  });
}

/**
 * For the batch of what a request does: what is done with it is not done again by the same Idempotency-Key. `error`: what
 * it ended with.
 */
export function doneOnce({ claim }: FastifyRequest, error?: Error): Statement[] {
  return claim && (!error || isOutcome(error)) ? [claim.acted()] : [];
}

function isStream({ body }: FastifyRequest): boolean {
  return typeof body === 'object' && body !== null && Reflect.get(body, 'stream') === true;
}

function admit(idempotency: Idempotency, request: FastifyRequest, principal: Principal, key: string) {
  if (!KEY.test(key)) throw invalid('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
  return idempotency.admit({
    accountId: principal.accountId,
    key,
    method: request.method,
    path: request.url,
    principalId: principal.kind === 'key' ? principal.keyId : principal.userId,
    ...(isForm(request) ? { readForm: () => readDigest(request) } : { body: request.body }),
  });
}

/** Read as it comes, by who carries the request out. */
function isForm(request: FastifyRequest): boolean {
  return request.isMultipart?.() ?? false;
}

function keepReply(
  claim: Claim,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
  settled: () => void,
): Recording {
  return recordReply(reply.raw, async (recorded) => {
    try {
      await (isWorthKeeping(recorded)
        ? claim.keep(toKept(recorded), digestOfFiles(request))
        : claim.release());
    } catch (error) {
      // The reply itself is good; only a retry would not find it.
      logger.warn({ requestId: request.id, err: error }, 'The reply to an Idempotency-Key was not kept');
    } finally {
      settled();
    }
  });
}

function isWorthKeeping({ status, failed, isOutcome }: RecordedReply): boolean {
  return isOutcome || (status < 400 && !failed);
}

function toKept({ status, headers, body }: RecordedReply) {
  if (body === undefined) return undefined;
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { status, headers: Object.fromEntries(kept), body };
}
