import { requireRole } from '../../../../accounts/index.ts';
import { actorOf, requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { IdParams } from '../../schemas.ts';
import { findCustomTool } from './find-custom-tool.ts';
import { CustomToolReply, toCustomTool, toToolUpdate, UpdateCustomToolBody } from './schema.ts';

export function updateCustomTool(app: App, deps: Pick<PlatformApiDeps, 'tools'>): void {
  for (const method of ['PUT', 'PATCH'] as const) {
    app.route({
      method,
      url: '/tools/custom/:id',
      config: { role: 'editor', find: findCustomTool(deps) },
      schema: {
        summary: 'Change an HTTP tool',
        description:
          'In force with the next call. What is left out stays, null sets the default; `auth: null` takes the credential away. After a change of name the old one still works. A tool with a credential takes an admin, and another origin needs the credential again: it is sent only where it was meant for.',
        tags: ['Tools'],
        params: IdParams,
        body: UpdateCustomToolBody,
        response: { 200: CustomToolReply },
      },
      handler: async (request) => {
        const user = requireUser(request);
        const { custom } = deps.tools;
        const { id } = request.params;
        const { hasAuth } = await custom.get(user.accountId, id);
        if (hasAuth || request.body.auth) requireRole(user, 'admin', 'change a tool that has a credential');
        return toCustomTool(
          await custom.update(user.accountId, id, toToolUpdate(request.body), actorOf(request)),
        );
      },
    });
  }
}
