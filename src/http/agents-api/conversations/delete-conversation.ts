import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { DELETED_CONVERSATION_REPLIES } from '../responses/replies.ts';
import type { ConversationsDeps } from './deps.ts';
import { findConversation } from './find-conversation.ts';
import { ConversationParams } from './schema.ts';

export function deleteConversation(app: App, { runs }: ConversationsDeps): void {
  app.route({
    method: 'DELETE',
    url: '/conversations/:id',
    config: { replies: DELETED_CONVERSATION_REPLIES },
    schema: {
      summary: 'Delete a conversation',
      description: 'With all that was said in it; what it cost stays on the bill.',
      tags: ['Conversations'],
      params: ConversationParams,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { id } = await findConversation(runs, principal, request.params.id);
      await runs.threads.deleteConversation(principal.accountId, id);
      return { id, object: 'conversation.deleted', deleted: true };
    },
  });
}
