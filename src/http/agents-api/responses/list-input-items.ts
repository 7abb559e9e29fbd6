import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { ResponsesDeps } from './deps.ts';
import { findResponse } from './find-response.ts';
import { includedBy } from './includes.ts';
import { ListQuery, toListPage } from './list-page.ts';
import { ITEM_LIST_REPLIES } from './replies.ts';
import { ResponseParams } from './schema.ts';
import { toWireItems } from './to-wire-items.ts';

export function listInputItems(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'GET',
    url: '/responses/:id/input_items',
    config: { replies: ITEM_LIST_REPLIES },
    schema: {
      summary: "A stored response's input",
      description: 'What the request itself sent; earlier turns are those of previous_response_id.',
      tags: ['Responses'],
      params: ResponseParams,
      querystring: ListQuery,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { accountId } = principal;
      const included = includedBy(request.query);
      const { uid } = await findResponse(deps, principal, request.params.id);
      const lists = await deps.runs.threads.turnItems(accountId, uid);
      const items = toWireItems(lists?.input ?? [], { accountId, sealer: deps.sealer, ...included });
      return toListPage(items, request.query);
    },
  });
}
