import { requirePrincipal } from '../../principal.ts';
import type { App } from '../../types.ts';
import { backgroundResource } from './background-resource.ts';
import type { ResponsesDeps } from './deps.ts';
import { responseErrors } from './errors.ts';
import { findResponse } from './find-response.ts';
import { CANCELLED_REPLIES } from './replies.ts';
import { ResponseParams } from './schema.ts';
import { decodeRequest, emitterOptions } from './stored-response.ts';

export function cancelResponse(app: App, deps: ResponsesDeps): void {
  app.route({
    method: 'POST',
    url: '/responses/:id/cancel',
    config: { replies: CANCELLED_REPLIES },
    schema: {
      summary: 'Cancel a background response',
      tags: ['Responses'],
      params: ResponseParams,
    },
    handler: async (request) => {
      const principal = requirePrincipal(request);
      const { accountId } = principal;
      const found = await findResponse(deps, principal, request.params.id);
      const { uid } = found;
      if (found.type !== 'stored' || !found.stored.background) {
        throw responseErrors.response_not_cancellable(
          `'resp_${uid}' was not made with background: true; to stop it, close its connection.`,
          { field: 'response_id' },
        );
      }
      // One that has ended is shown as it is.
      await deps.engine.stop(accountId, uid);
      const shown = decodeRequest(found.stored.request);
      const identity = { uid, createdAt: found.stored.createdAt };
      return backgroundResource(
        deps,
        accountId,
        found,
        emitterOptions(shown, identity, { ...deps, accountId }),
      );
    },
  });
}
