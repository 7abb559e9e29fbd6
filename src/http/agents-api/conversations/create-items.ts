import { itemIds } from '../../../runs/index.ts';
import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { BODY_LIMIT } from '../responses/create-response.ts';
import { includedBy } from '../responses/includes.ts';
import { readInput } from '../responses/prepare-response.ts';
import { ITEM_LIST_REPLIES } from '../responses/replies.ts';
import { toWireItems } from '../responses/to-wire-items.ts';
import type { ConversationsDeps } from './deps.ts';
import { findConversation } from './find-conversation.ts';
import { ConversationParams, CreateItemsBody, ItemQuery } from './schema.ts';

export function createItems(app: App, deps: ConversationsDeps): void {
  app.route({
    method: 'POST',
    url: '/conversations/:id/items',
    bodyLimit: BODY_LIMIT,
    config: { replies: ITEM_LIST_REPLIES },
    schema: {
      summary: 'Add items to a conversation',
      description: 'Behind its newest turn. Nothing is answered.',
      tags: ['Conversations'],
      params: ConversationParams,
      querystring: ItemQuery,
      body: CreateItemsBody,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { accountId } = principal;
      const { sealReasoning } = includedBy(request.query);
      const conversation = await findConversation(deps.runs, principal, request.params.id);
      const items = await readInput(deps, principal, request.body.items, { field: 'items' });
      const turnId = deps.ids.next('');
      const now = deps.clock.now();
      await deps.runs.keep(deps.runs.threads.addItems(accountId, conversation, { turnId, items, now }));
      const ids = itemIds({ id: turnId, input: items, output: [] }).input;
      const stored = items.map((item, index) => ({ id: ids[index] ?? '', turnId, item }));
      const data = toWireItems(stored, { accountId, sealer: deps.sealer, showSteps: true, sealReasoning });
      return {
        object: 'list',
        data,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
        has_more: false,
      };
    },
  });
}
