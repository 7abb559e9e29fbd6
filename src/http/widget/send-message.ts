import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type AgentKey, accountErrors, type WidgetGrant } from '../../accounts/index.ts';
import { commonErrors } from '../../lib/errors.ts';
import type { PreparedTurn } from '../../runs/index.ts';
import { bearerToken } from '../bearer.ts';
import { errorBody, sendError, toMusterError } from '../error-reply.ts';
import { countStream } from '../open-stream.ts';
import { limitRequest } from '../rate-limit.ts';
import { toHeaderTexts } from '../reply-headers.ts';
import { SseWriter } from '../sse-writer.ts';
import type { App } from '../types.ts';
import { checkOrigin } from './check-origin.ts';
import { MarkerRemover } from './marker-remover.ts';
import type { CountVisitor } from './visitor-bounds.ts';
import { chatClosed, keyOf, type WidgetApiDeps } from './widget-api.ts';

const MESSAGES_A_MINUTE = 20;
const MAX_CHARS = 4_000;
const BODY_LIMIT = 64 * 1024;
/** A visitor may come back to a conversation for so long. */
const THREAD_SECONDS = 30 * 86_400;

/** A visitor's next message; answered as events `text`, and last `done` or `error`. */
export function sendMessage(app: App, deps: WidgetApiDeps, count: CountVisitor): void {
  const { widgetTokens, limits, runs } = deps;

  async function visitOf(request: FastifyRequest): Promise<WidgetGrant> {
    const visit = await widgetTokens.verify('visit', bearerToken(request.headers.authorization) ?? '');
    if (!visit) throw accountErrors.unauthorized('This visit is over. Open a new one.');
    return visit;
  }

  /** Only who was told of a conversation goes on with it, and only with the same agent. */
  async function conversationOf(visit: WidgetGrant, thread: string | undefined): Promise<string | undefined> {
    if (thread === undefined) return undefined;
    const known = await widgetTokens.verify('thread', thread);
    if (known?.agentId === visit.agentId && known.keyId === visit.keyId) return known.id;
    throw commonErrors.not_found('There is no such conversation. Begin a new one.');
  }

  app.route({
    method: 'POST',
    url: '/messages',
    bodyLimit: BODY_LIMIT,
    schema: {
      hide: true,
      body: Type.Object(
        {
          message: Type.String({ minLength: 1, maxLength: MAX_CHARS }),
          thread: Type.Optional(Type.String({ maxLength: 8_192 })),
        },
        { additionalProperties: false },
      ),
    },
    handler: async (request, reply) => {
      const visit = await visitOf(request);
      count(visit.id, MESSAGES_A_MINUTE);
      const principal = await keyOf(deps, visit);
      checkVisit(request, visit, principal);
      await limitRequest(limits, principal, reply);
      const { accountId, keyId, agentIds, dailyLimitNanoUsd, monthlyLimitNanoUsd } = principal;
      const agent = await deps.findAgent(principal, visit.agentId);
      const conversationId = await conversationOf(visit, request.body.thread);
      await countStream(limits, accountId, reply.raw);
      const prepared = await runs.prepareTurn({
        agent,
        caller: {
          payer: { accountId, key: { id: keyId, dailyLimitNanoUsd, monthlyLimitNanoUsd } },
          ...{ keyId, userId: null, agentIds },
        },
        items: [{ type: 'message', role: 'user', content: [{ type: 'text', text: request.body.message }] }],
        continues: 'append',
        ...(conversationId !== undefined && { conversationId }),
        clientTools: [],
        toolChoice: { type: 'auto' },
        responseFormat: { type: 'text' },
        parameters: agent.config.parameters,
        truncation: 'auto',
        stream: true,
      });
      const sse = new SseWriter(reply.raw, () => toHeaderTexts(reply.getHeaders()));
      const signal = deps.openRequests.track(reply.raw, principal);
      try {
        const mayCite = await deps.hasDocuments(accountId, visit.agentId);
        await answer(prepared, sse, signal, mayCite);
        const thread = { ...visit, id: prepared.ids.conversationId };
        const token = await widgetTokens.sign('thread', thread, THREAD_SECONDS);
        sse.write(frame({ type: 'done', thread: token }));
        sse.end();
      } catch (thrown) {
        const isEnded = signal.aborted && thrown === signal.reason;
        const error = toMusterError(isEnded ? chatClosed() : thrown, request.id, deps.logger);
        if (!sse.opened) return sendError(reply, error, 'platform');
        sse.fail(frame({ type: 'error', ...errorBody(error, 'platform', request.id) }));
      }
      return reply.hijack();
    },
  });
}

/** A visit of an embed code is good wherever the code is now; one that was handed out, where both it and its key allow. */
function checkVisit(
  request: FastifyRequest,
  { embedId, origins }: WidgetGrant,
  { allowedOrigins = origins }: Pick<AgentKey, 'allowedOrigins'>,
): void {
  if (embedId === undefined) checkOrigin(request, origins);
  checkOrigin(request, allowedOrigins);
}

/** What a visitor sees of a run: its words, and nothing of how they came to be, nor markers of sources they do not see. */
async function answer(
  prepared: PreparedTurn,
  sse: SseWriter,
  signal: AbortSignal,
  mayCite: boolean,
): Promise<void> {
  const markers = mayCite ? new MarkerRemover() : undefined;
  const say = (text: string): void => {
    if (text !== '') sse.write(frame({ type: 'text', text }));
  };
  const outcome = await prepared.run(
    (event) => {
      if (event.type !== 'text.delta' && event.type !== 'refusal.delta') return;
      sse.open();
      say(markers ? markers.push(event.text) : event.text);
    },
    signal,
    { ready: () => sse.ready() },
  );
  if (outcome.error) throw outcome.error;
  sse.open();
  say(markers?.end() ?? '');
}

function frame(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
