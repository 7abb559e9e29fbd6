import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findConversation, requireConversation } from './find-conversation.ts';
import { ConversationDetail, toConversation } from './schema.ts';
import { toTurn } from './to-turn.ts';

export function getConversation(app: App, deps: Pick<PlatformApiDeps, 'names' | 'runs'>): void {
  app.route({
    method: 'GET',
    url: '/conversations/:id',
    config: { role: 'viewer', find: findConversation(deps) },
    schema: {
      summary: 'One conversation with all its branches',
      tags: ['Conversations'],
      params: IdParams,
      response: { 200: ConversationDetail },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { id } = request.params;
      const conversation = await requireConversation(deps, accountId, id);
      const turns = await deps.runs.threads.listTurns(accountId, id);
      const names = await deps.names(accountId, [conversation.agentId]);
      return { ...toConversation(conversation, names), turns: turns.map(toTurn) };
    },
  });
}
