import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { includedBy } from '../responses/includes.ts';
import { ListQuery, toListPage } from '../responses/list-page.ts';
import { ITEM_LIST_REPLIES } from '../responses/replies.ts';
import { toWireItems } from '../responses/to-wire-items.ts';
import type { ConversationsDeps } from './deps.ts';
import { findConversation } from './find-conversation.ts';
import { ConversationParams } from './schema.ts';

export function listItems(app: App, deps: ConversationsDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:id/items',
    config: { replies: ITEM_LIST_REPLIES },
    schema: {
      summary: "A conversation's items",
      description: 'From its first turn to its newest; other branches are not shown.',
      tags: ['Conversations'],
      params: ConversationParams,
      querystring: ListQuery,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { accountId } = principal;
      const included = includedBy(request.query);
      const conversation = await findConversation(deps.runs, principal, request.params.id);
      const stored = await deps.runs.threads.items(accountId, conversation.newestTurnId);
      return toListPage(toWireItems(stored, { accountId, sealer: deps.sealer, ...included }), request.query);
    },
  });
}
