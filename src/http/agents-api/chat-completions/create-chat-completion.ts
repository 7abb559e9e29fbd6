import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../accounts/index.ts';
import type { CallableAgent } from '../../../agents/index.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Limits } from '../../../limits/index.ts';
import type { PreparedTurn, Runs } from '../../../runs/index.ts';
import type { SchemaChecker } from '../../../tools/index.ts';
import type { OpenRequests } from '../../client-gone.ts';
import { errorBody, sendError, toMusterError } from '../../error-reply.ts';
import { doneOnce } from '../../idempotency.ts';
import { countStream } from '../../open-stream.ts';
import { requirePrincipal } from '../../principal.ts';
import { toHeaderTexts } from '../../reply-headers.ts';
import { SseWriter } from '../../sse-writer.ts';
import type { App } from '../../types.ts';
import { toCaller } from '../caller.ts';
import { checkFormat } from '../check-format.ts';
import { mayRetry } from '../may-retry.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { replyIds, toCompletion } from './completion.ts';
import { type CallStyle, inNamesOf } from './legacy-functions.ts';
import { CHAT_REPLIES } from './replies.ts';
import { ChatCompletionBody } from './schema.ts';
import { toTurn } from './to-turn.ts';

/** Images and files come inside the JSON. */
const BODY_LIMIT = 48 * 1024 * 1024;

export interface ChatCompletionDeps {
  readonly runs: Runs;
  readonly logger: Logger;
  readonly schemas: SchemaChecker;
  /** The agent of this id if the principal may call it, else throws model_not_found. */
  readonly findAgent: (principal: Principal, model: string) => Promise<CallableAgent>;
  readonly openRequests: OpenRequests;
  readonly limits: Pick<Limits, 'openStream'>;
}

export function createChatCompletion(app: App, deps: ChatCompletionDeps): void {
  app.route({
    method: 'POST',
    url: '/chat/completions',
    bodyLimit: BODY_LIMIT,
    config: { replies: CHAT_REPLIES },
    schema: {
      summary: 'Answer a conversation',
      description: "OpenAI's Chat Completions, with an agent's id as the model.",
      tags: ['Chat'],
      body: ChatCompletionBody,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request);
      const agent = await deps.findAgent(principal, request.body.model);
      const { turn, warnings, callStyle } = toTurn(request.body, agent);
      checkFormat(deps.schemas, 'response_format.json_schema.schema', turn.responseFormat);
      if (turn.stream) await countStream(deps.limits, principal.accountId, reply.raw);
      const prepared = await deps.runs.prepareTurn({ ...turn, agent, caller: toCaller(principal) });
      reply.header('x-conversation-id', prepared.ids.conversationId);
      reply.header('x-message-id', `msg_${prepared.ids.uid}`);
      const signal = deps.openRequests.track(reply.raw, principal);
      if (turn.stream) {
        const includeUsage = request.body.stream_options?.include_usage ?? false;
        return streamTurn({
          request,
          reply,
          prepared,
          agent,
          signal,
          warnings,
          callStyle,
          includeUsage,
          logger: deps.logger,
        });
      }
      const outcome = await prepared.run(() => undefined, signal, {
        alsoKeep: ({ error }) => doneOnce(request, error),
      });
      if (outcome.error) {
        if (!mayRetry(outcome, outcome.error)) reply.header('x-should-retry', 'false');
        throw inNamesOf(callStyle, outcome.error);
      }
      return toCompletion(outcome, agent, prepared.createdAt, [...warnings, ...outcome.warnings], callStyle);
    },
  });
}

/** Keeps errors as HTTP replies until the first event that the caller sees; after that they are frames. */
async function streamTurn(input: {
  request: FastifyRequest;
  reply: FastifyReply;
  prepared: PreparedTurn;
  agent: CallableAgent;
  signal: AbortSignal;
  warnings: readonly string[];
  callStyle: CallStyle;
  includeUsage: boolean;
  logger: Logger;
}): Promise<FastifyReply> {
  const { request, reply, prepared, agent, signal, warnings, callStyle, includeUsage, logger } = input;
  const sse = new SseWriter(reply.raw, () => toHeaderTexts(reply.getHeaders()));
  const writer = new ChunkWriter(
    sse,
    replyIds('chat.completion.chunk', prepared.ids, agent.id, prepared.createdAt),
    callStyle,
  );
  try {
    const outcome = await prepared.run((event) => writer.event(event), signal, {
      ready: () => sse.ready(),
      alsoKeep: ({ error }) => doneOnce(request, error),
    });
    if (outcome.error) throw outcome.error;
    writer.finish(outcome, { includeUsage, warnings: [...warnings, ...outcome.warnings] });
  } catch (thrown) {
    const error = toMusterError(thrown, request.id, logger);
    if (!sse.opened) return sendError(reply, error, 'openai');
    writer.fail(errorBody(error, 'openai', request.id));
  }
  return reply.hijack();
}
