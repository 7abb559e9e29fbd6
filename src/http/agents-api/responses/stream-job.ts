import type { FastifyReply, FastifyRequest } from 'fastify';
import { firstSignal } from '../../../lib/first-signal.ts';
import { requirePrincipal } from '../../principal.ts';
import { toHeaderTexts } from '../../reply-headers.ts';
import { SseWriter } from '../../sse-writer.ts';
import type { ResponsesDeps } from './deps.ts';
import { followJob } from './follow-job.ts';
import { sseFraming } from './framing.ts';
import { type EmitterOptions, ResponseEmitter } from './response-emitter.ts';

/** Streams a background response from its first event, or from where `options.after` says, to its end. */
export async function streamJob(
  deps: ResponsesDeps,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  job: { readonly accountId: string; readonly uid: string },
  options: EmitterOptions,
): Promise<FastifyReply> {
  const sse = new SseWriter(reply.raw, () => toHeaderTexts(reply.getHeaders()));
  sse.open();
  reply.hijack();
  const write = (frame: string): void => sse.write(frame);
  const emitter = new ResponseEmitter({ ...options, framing: sseFraming, write });
  const tracked = deps.openRequests.track(reply.raw, requirePrincipal(request));
  const { signal, release } = firstSignal(tracked, deps.goingDown);
  try {
    if (await followJob(deps, job, emitter, signal, () => sse.ready())) sse.write('data: [DONE]\n\n');
  } catch (err) {
    // Without its end the reader knows that there is more, and comes back for it.
    deps.logger.error({ err, response: job.uid }, 'A background response could not be read to its end');
  } finally {
    release();
  }
  sse.end();
  return reply;
}
