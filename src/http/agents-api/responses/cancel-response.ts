import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { ResponsesDeps } from './deps.ts';
import { responseErrors } from './errors.ts';
import { findResponse } from './find-response.ts';
import { ResponseParams } from './schema.ts';

export function cancelResponse(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'POST',
    url: '/responses/:id/cancel',
    schema: {
      summary: 'Cancel a background response',
      tags: ['Responses'],
      params: ResponseParams,
    },
    handler: async (request) => {
      const found = await findResponse(deps, requirePrincipal(request), request.params.id);
      throw responseErrors.response_not_cancellable(
        `'resp_${found.uid}' was not made with background: true; to stop it, close the connection.`,
        { field: 'response_id' },
      );
    },
  });
}
