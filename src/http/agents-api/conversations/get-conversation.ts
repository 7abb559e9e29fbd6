import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { CONVERSATION_REPLIES } from '../responses/replies.ts';
import type { ConversationsDeps } from './deps.ts';
import { findConversation, toConversation } from './find-conversation.ts';
import { ConversationParams } from './schema.ts';

export function getConversation(app: App, { runs }: ConversationsDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:id',
    config: { replies: CONVERSATION_REPLIES },
    schema: { summary: 'A conversation', tags: ['Conversations'], params: ConversationParams },
    handler: async (request) =>
      toConversation(await findConversation(runs, requirePrincipal(request), request.params.id)),
  });
}
