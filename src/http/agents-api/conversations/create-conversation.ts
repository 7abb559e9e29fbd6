import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { BODY_LIMIT } from '../responses/create-response.ts';
import { readInput } from '../responses/prepare-response.ts';
import { CONVERSATION_REPLIES } from '../responses/replies.ts';
import type { ConversationsDeps } from './deps.ts';
import { toConversation } from './find-conversation.ts';
import { CreateConversationBody, toMetadata } from './schema.ts';

export function createConversation(app: App, deps: ConversationsDeps): void {
  app.route({
    method: 'POST',
    url: '/conversations',
    bodyLimit: BODY_LIMIT,
    config: { replies: CONVERSATION_REPLIES },
    schema: {
      summary: 'Create a conversation',
      description: 'Empty or with items, to be continued by either API.',
      tags: ['Conversations'],
      body: CreateConversationBody,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { accountId } = principal;
      const { items: input, metadata: given } = request.body;
      const metadata = toMetadata(given);
      const items = await readInput(deps, principal, input, { field: 'items' });
      const id = deps.ids.next('conv_');
      const now = deps.clock.now();
      const { threads } = deps.runs;
      const added =
        items.length > 0
          ? threads.addItems(accountId, { id, newestTurnId: '' }, { turnId: deps.ids.next(''), items, now })
          : [];
      await deps.runs.keep([threads.createConversation(accountId, { id, metadata, now }), ...added]);
      return toConversation({ id, createdAt: now, metadata });
    },
  });
}
