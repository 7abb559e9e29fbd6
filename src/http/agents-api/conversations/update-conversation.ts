import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { CONVERSATION_REPLIES } from '../responses/replies.ts';
import type { ConversationsDeps } from './deps.ts';
import { findConversation, toConversation } from './find-conversation.ts';
import { ConversationParams, toMetadata, UpdateConversationBody } from './schema.ts';

export function updateConversation(app: App, { runs }: ConversationsDeps): void {
  app.route({
    method: 'POST',
    url: '/conversations/:id',
    config: { replies: CONVERSATION_REPLIES },
    schema: {
      summary: "Replace a conversation's metadata",
      tags: ['Conversations'],
      params: ConversationParams,
      body: UpdateConversationBody,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const conversation = await findConversation(runs, principal, request.params.id);
      const metadata = toMetadata(request.body.metadata);
      await runs.threads.setMetadata(principal.accountId, conversation.id, metadata);
      return toConversation({ ...conversation, metadata });
    },
  });
}
