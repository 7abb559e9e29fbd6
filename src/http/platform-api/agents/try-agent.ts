import { Type } from 'typebox';
import { roleAllows, type UserPrincipal } from '../../../accounts/index.ts';
import { commonErrors } from '../../../lib/errors.ts';
import type { MessageItem } from '../../../models/index.ts';
import type { PreparedTurn } from '../../../runs/index.ts';
import { errorBody, sendError, toMusterError } from '../../error-reply.ts';
import { requireUser } from '../../principal.ts';
import { toHeaderTexts } from '../../reply-headers.ts';
import { SseWriter } from '../../sse-writer.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findAgent } from './find-agent.ts';
import { toInput } from './to-input.ts';
import { toLastEvent, toTryEvent } from './try-events.ts';
import { TryBody } from './try-schema.ts';

type TryDeps = Pick<PlatformApiDeps, 'agents' | 'runs' | 'openRequests' | 'logger'>;

/** A chat with an agent as it is, or as it would be after a save: what its editor tries changes on. */
export function tryAgent(app: App, deps: TryDeps): void {
  app.route({
    method: 'POST',
    url: '/agents/:id/try',
    config: {
      role: 'viewer',
      find: findAgent(deps),
      replies: {
        200: { description: 'Events.', content: { 'text/event-stream': Type.String() } },
        402: {},
        502: {},
        504: {},
      },
    },
    schema: {
      summary: 'Chat with an agent, or with a draft of it',
      description:
        'Answers the messages, the whole conversation each time, as server-sent events: `text`, `reasoning`, `model_called`, `model_answered`, `tool_called`, `tool_completed`, and last `completed` or `error`. `draft` has fields as for a change of the agent; they hold for this answer only (editors). Nothing of the conversation is kept; the answer is billed and on the usage log like any other.',
      tags: ['Agents'],
      params: IdParams,
      body: TryBody,
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { id } = request.params;
      const { messages, draft } = request.body;
      if (draft !== undefined) requireEditor(user);
      const agent = await deps.agents.draftAgent(
        user.accountId,
        id,
        draft === undefined ? {} : toInput(draft),
      );
      const prepared = await deps.runs.prepareTurn({
        agent,
        caller: { payer: { accountId: user.accountId }, keyId: null, userId: user.userId },
        items: messages.map(toItem),
        clientTools: [],
        toolChoice: { type: 'auto' },
        responseFormat: { type: 'text' },
        parameters: agent.config.parameters,
        store: false,
        stream: true,
      });
      const sse = new SseWriter(reply.raw, () => toHeaderTexts(reply.getHeaders()));
      try {
        await stream(prepared, sse, deps.openRequests.track(reply.raw, user));
      } catch (thrown) {
        const error = toMusterError(thrown, request.id, deps.logger);
        if (!sse.opened) return sendError(reply, error, 'platform');
        sse.fail(frame({ type: 'error', ...errorBody(error, 'platform', request.id) }));
      }
      return reply.hijack();
    },
  });
}

/** Opened by the first event of the model's own: until then an error still has its HTTP status. */
async function stream(prepared: PreparedTurn, sse: SseWriter, signal: AbortSignal): Promise<void> {
  const early: string[] = [];
  const outcome = await prepared.run(
    (event) => {
      const shown = toTryEvent(event);
      if (!shown) return;
      early.push(frame(shown));
      if (event.type === 'model.called' && !sse.opened) return;
      sse.open();
      for (const each of early.splice(0)) sse.write(each);
    },
    signal,
    { ready: () => sse.ready() },
  );
  if (outcome.error) throw outcome.error;
  sse.open();
  for (const each of early) sse.write(each);
  sse.write(frame(toLastEvent(outcome)));
  sse.end();
}

function frame(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

function toItem({ role, content }: { role: 'user' | 'assistant'; content: string }): MessageItem {
  return { type: 'message', role, content: [{ type: 'text', text: content }] };
}

function requireEditor({ role }: UserPrincipal): void {
  if (roleAllows(role, 'editor')) return;
  throw commonErrors.forbidden(
    `Your role (${role}) may chat with the agent as it is saved; trying a draft takes editor or above.`,
  );
}
