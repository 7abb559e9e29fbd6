import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ConversationList, ConversationListQuery, toFoundConversation } from './schema.ts';

export function listConversations(app: App, { names, runs }: Pick<PlatformApiDeps, 'names' | 'runs'>): void {
  app.route({
    method: 'GET',
    url: '/conversations',
    config: { role: 'viewer' },
    schema: {
      summary: 'List conversations, the last active first',
      tags: ['Conversations'],
      querystring: ConversationListQuery,
      response: { 200: ConversationList },
    },
    handler: async (request) => {
      const { agent_id, q, page, limit } = request.query;
      const { accountId } = requireUser(request);
      const { conversations, total, searched } = await runs.threads.listConversations(
        accountId,
        { agentId: agent_id, search: q },
        { page, limit },
      );
      const named = await names(
        accountId,
        conversations.map(({ agentId }) => agentId),
      );
      return {
        conversations: conversations.map((conversation) => toFoundConversation(conversation, named)),
        ...{ searched_conversations: searched ?? null, total, page },
      };
    },
  });
}
