import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { invalid } from '../../../lib/errors.ts';
import { countStream } from '../../open-stream.ts';
import { requirePrincipal } from '../../principal.ts';
import { toHeaderTexts } from '../../reply-headers.ts';
import { SseWriter } from '../../sse-writer.ts';
import type { App } from '../../types.ts';
import { backgroundResource } from './background-resource.ts';
import type { ResponsesDeps } from './deps.ts';
import { responseErrors } from './errors.ts';
import { type FoundResponse, findResponse } from './find-response.ts';
import { sseFraming } from './framing.ts';
import { IncludeQuery, includedBy } from './includes.ts';
import { STORED_RESPONSE_REPLIES } from './replies.ts';
import { type EmitterOptions, ResponseEmitter } from './response-emitter.ts';
import { ResponseParams } from './schema.ts';
import { decodeRequest, emitterOptions, replayResponse } from './stored-response.ts';
import { streamJob } from './stream-job.ts';
import { sealReasoning } from './to-wire-items.ts';
import { replayTurn } from './turn-response.ts';

/** Queries are texts. */
const Query = Type.Object(
  {
    stream: Type.Optional(Type.Enum(['true', 'false'])),
    starting_after: Type.Optional(Type.String()),
    ...IncludeQuery,
  },
  { additionalProperties: true },
);

export function getResponse(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'GET',
    url: '/responses',
    schema: { hide: true },
    handler: async () => {
      throw responseErrors.upgrade_required(
        'GET /responses speaks WebSocket: send an upgrade request, or POST to create a response.',
      );
    },
  });
  app.route({
    method: 'GET',
    url: '/responses/:id',
    config: { replies: STORED_RESPONSE_REPLIES },
    schema: {
      summary: 'A stored response',
      description:
        'With `stream=true` its events from the first, or those after `starting_after`, equal to what was streamed; then live to its end.',
      tags: ['Responses'],
      params: ResponseParams,
      querystring: Query,
    },
    handler: async (request, reply) => {
      const { query } = request;
      const principal = requirePrincipal(request);
      const { accountId } = principal;
      const included = includedBy(query);
      const found = await findResponse(deps, principal, request.params.id);
      const options = optionsFor(deps, accountId, found);
      const shown = {
        ...options,
        ...(included.showSteps && { showSteps: true }),
        ...(included.sealReasoning && { seal: sealReasoning(deps.sealer, accountId) }),
      };
      const isBackground = found.type === 'stored' && found.stored.background;
      if (query.stream !== 'true') {
        return isBackground ? backgroundResource(deps, accountId, found, shown) : resourceOf(found, shown);
      }
      const after = { ...shown, after: startingAfter(query.starting_after) };
      await countStream(deps.limits, accountId, reply.raw);
      return isBackground
        ? streamJob(deps, { request, reply }, { accountId, uid: found.uid }, after)
        : stream(reply, found, after);
    },
  });
}

function optionsFor(deps: ResponsesDeps, accountId: string, found: FoundResponse): EmitterOptions {
  const { uid } = found;
  const context = { sealer: deps.sealer, accountId };
  switch (found.type) {
    case 'stored':
      return emitterOptions(
        decodeRequest(found.stored.request),
        { uid, createdAt: found.stored.createdAt },
        context,
      );
    case 'live':
      return emitterOptions(found.live.shown, found.live.identity, context);
    case 'turn':
      return replayTurn.options(found.turn);
  }
}

function resourceOf(found: FoundResponse, options: EmitterOptions): Record<string, unknown> {
  switch (found.type) {
    case 'stored':
      return replayResponse(found.stored, options);
    case 'live': {
      const emitter = new ResponseEmitter(options);
      found.live.recording.replay((event) => emitter.event(event));
      return emitter.current('in_progress');
    }
    case 'turn':
      return replayTurn.play(found, options);
  }
}

function stream(reply: FastifyReply, found: FoundResponse, options: EmitterOptions): FastifyReply {
  const sse = new SseWriter(reply.raw, () => toHeaderTexts(reply.getHeaders()));
  sse.open();
  const streaming = { ...options, framing: sseFraming, write: (frame: string) => sse.write(frame) };
  const done = (): void => {
    sse.write('data: [DONE]\n\n');
    sse.end();
  };
  if (found.type === 'live') {
    const emitter = new ResponseEmitter(streaming);
    const stop = found.live.follow({
      event: (event) => emitter.event(event),
      finish: ({ end, error }) => {
        emitter.finish(end, error);
        done();
      },
    });
    reply.raw.once('close', stop);
  } else {
    resourceOf(found, streaming);
    done();
  }
  return reply.hijack();
}

function startingAfter(text: string | undefined): number {
  if (text === undefined) return -1;
  if (!/^\d{1,9}$/.test(text)) throw invalid('starting_after', 'must be a sequence_number');
  return Number(text);
}
