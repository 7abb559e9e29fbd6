import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { CONVERSATION_REPLIES } from '../responses/replies.ts';
import type { ConversationsDeps } from './deps.ts';
import { findConversation, toConversation } from './find-conversation.ts';
import { findItem } from './get-item.ts';
import { ItemParams } from './schema.ts';

export function deleteItem(app: App, deps: ConversationsDeps): void {
  app.route({
    method: 'DELETE',
    url: '/conversations/:id/items/:itemId',
    config: { replies: CONVERSATION_REPLIES },
    schema: {
      summary: 'Take an item out of a conversation',
      description: 'No later turn is shown it. The reply is the conversation.',
      tags: ['Conversations'],
      params: ItemParams,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { id, itemId } = request.params;
      await findItem(deps, principal, id, itemId);
      await deps.runs.threads.removeItem(principal.accountId, itemId);
      return toConversation(await findConversation(deps.runs, principal, id));
    },
  });
}
