import type { Principal } from '../../../accounts/index.ts';
import type { StoredItem } from '../../../runs/index.ts';
import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { responseErrors } from '../responses/errors.ts';
import { includedBy } from '../responses/includes.ts';
import { ITEM_REPLIES } from '../responses/replies.ts';
import { toWireItems } from '../responses/to-wire-items.ts';
import type { ConversationsDeps } from './deps.ts';
import { findConversation } from './find-conversation.ts';
import { ItemParams, ItemQuery } from './schema.ts';

export function getItem(app: App, deps: ConversationsDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:id/items/:itemId',
    config: { replies: ITEM_REPLIES },
    schema: {
      summary: 'One item of a conversation',
      tags: ['Conversations'],
      params: ItemParams,
      querystring: ItemQuery,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { id, itemId } = request.params;
      const { sealReasoning } = includedBy(request.query);
      const items = await findItem(deps, principal, id, itemId);
      const { accountId } = principal;
      return toWireItems(items, { accountId, sealer: deps.sealer, showSteps: true, sealReasoning })[0];
    },
  });
}

/** What stands behind an item id of a conversation. Throws item_not_found. */
export async function findItem(
  { runs }: Pick<ConversationsDeps, 'runs'>,
  principal: Principal,
  conversationId: string,
  itemId: string,
): Promise<readonly StoredItem[]> {
  const conversation = await findConversation(runs, principal, conversationId);
  const found = await runs.threads.findItems(principal.accountId, itemId);
  if (found?.conversationId === conversation.id) return found.items;
  throw responseErrors.item_not_found(`The conversation has no item '${itemId}'.`, { field: 'item_id' });
}
