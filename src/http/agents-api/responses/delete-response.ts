import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { ResponsesDeps } from './deps.ts';
import { responseErrors } from './errors.ts';
import { findResponse } from './find-response.ts';
import { DELETED_RESPONSE_REPLIES } from './replies.ts';
import { ResponseParams } from './schema.ts';

export function deleteResponse(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'DELETE',
    url: '/responses/:id',
    config: { replies: DELETED_RESPONSE_REPLIES },
    schema: {
      summary: 'Forget a stored response',
      description:
        'It can be neither read nor continued any more. What was said stays in the context of the turns that follow it, if there are any.',
      tags: ['Responses'],
      params: ResponseParams,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { accountId } = principal;
      const { id } = request.params;
      const found = await findResponse(deps, principal, id);
      if (found.type === 'stored' && found.stored.ending !== null) {
        const turn = await deps.runs.threads.findTurn(accountId, found.uid);
        await deps.runs.responses.remove(accountId, found.uid, turn);
        return { id: `resp_${found.uid}`, object: 'response.deleted', deleted: true };
      }
      if (found.type === 'turn') {
        throw responseErrors.response_not_found(
          `'${id}' was made through Chat Completions. Delete its conversation instead.`,
          { field: 'response_id' },
        );
      }
      throw responseErrors.response_not_finished(`'${id}' is still being made. Cancel it first, or wait.`, {
        field: 'response_id',
      });
    },
  });
}
