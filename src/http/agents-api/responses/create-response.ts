import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TurnOutcome } from '../../../runs/index.ts';
import { sendError } from '../../error-reply.ts';
import { doneOnce } from '../../idempotency.ts';
import { countStream } from '../../open-stream.ts';
import { requirePrincipal } from '../../principal.ts';
import { toHeaderTexts } from '../../reply-headers.ts';
import { SseWriter } from '../../sse-writer.ts';
import type { App } from '../../types.ts';
import { mayRetry } from '../may-retry.ts';
import type { ResponsesDeps } from './deps.ts';
import { sseFraming } from './framing.ts';
import { type PreparedResponse, prepareResponse } from './prepare-response.ts';
import { RESPONSE_REPLIES } from './replies.ts';
import { ResponseEmitter } from './response-emitter.ts';
import { type ResponseRun, runResponse } from './run-response.ts';
import { CreateResponseBody } from './schema.ts';
import { startBackground } from './start-background.ts';
import { emitterOptions } from './stored-response.ts';
import { streamJob } from './stream-job.ts';

/** Images and files come inside the JSON. */
export const BODY_LIMIT = 48 * 1024 * 1024;

export function createResponse(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'POST',
    url: '/responses',
    bodyLimit: BODY_LIMIT,
    config: { replies: RESPONSE_REPLIES },
    schema: {
      summary: 'Create a response',
      description: "The Open Responses specification, version 2026-04-24, with an agent's id as the model.",
      tags: ['Responses'],
      body: CreateResponseBody,
    },
    handler: async (request, reply) => {
      const { body } = request;
      const stream = body.stream ?? false;
      // Who looks at a background response while it is made wants to see how far it is.
      const principal = requirePrincipal(request);
      if (stream) await countStream(deps.limits, principal.accountId, reply.raw);
      const response = await prepareResponse(deps, principal, body, {
        stream: stream || (body.background ?? false),
      });
      if (response.plan.turn.store) reply.header('x-conversation-id', response.prepared.ids.conversationId);
      if (body.background) return sendBackground(deps, request, reply, response, stream);
      const signal = deps.openRequests.track(reply.raw, principal);
      return stream
        ? streamResponse(deps, request, reply, response, signal)
        : sendWhole(deps, request, reply, response, signal);
    },
  });
}

/** A background response goes on whether or not anybody reads it. */
async function sendBackground(
  deps: ResponsesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  response: PreparedResponse,
  stream: boolean,
): Promise<unknown> {
  const { identity, plan, accountId } = response;
  await startBackground(deps, response, doneOnce(request));
  const options = emitterOptions({ ...plan, echo: identity.echo }, identity, { ...deps, accountId });
  if (!stream) return new ResponseEmitter(options).current('queued');
  return streamJob(deps, { request, reply }, { accountId, uid: identity.uid }, options);
}

async function sendWhole(
  deps: ResponsesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  response: PreparedResponse,
  signal: AbortSignal,
): Promise<unknown> {
  const alsoKeep = ({ error }: TurnOutcome) => doneOnce(request, error);
  const run = await runResponse(deps, response, { alsoKeep }, signal, request.id);
  if (run.error) return fail(reply, run);
  return run.type === 'told' ? run.resource : undefined;
}

/** Keeps errors as HTTP replies until the first event; after that they are events. */
async function streamResponse(
  deps: ResponsesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  response: PreparedResponse,
  signal: AbortSignal,
): Promise<FastifyReply> {
  const sse = new SseWriter(reply.raw, () => toHeaderTexts(reply.getHeaders()));
  const output = {
    framing: sseFraming,
    write: (frame: string) => {
      sse.open();
      sse.write(frame);
    },
    ready: () => sse.ready(),
    alsoKeep: ({ error }: TurnOutcome) => doneOnce(request, error),
  };
  const run = await runResponse(deps, response, output, signal, request.id);
  if (run.type === 'refused') return fail(reply, run);
  sse.write('data: [DONE]\n\n');
  sse.end();
  return reply.hijack();
}

function fail(reply: FastifyReply, run: ResponseRun): FastifyReply {
  const { error } = run;
  if (!error) throw new Error('A response without an error cannot fail');
  if (run.type === 'told' && !mayRetry(run.outcome, error)) reply.header('x-should-retry', 'false');
  return sendError(reply, error, 'openai');
}
