import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { ConversationList, ConversationListQuery, toFoundConversation } from './schema.ts';

export function listConversations(app: App, { runs }: Pick<PlatformApiDeps, 'runs'>): void {
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
      const { conversations, total, searched } = await runs.threads.listConversations(
        requireUser(request).accountId,
        { agentId: agent_id, search: q },
        { page, limit },
      );
      return {
        conversations: conversations.map(toFoundConversation),
        ...{ searched_conversations: searched ?? null, total, page },
      };
    },
  });
}
