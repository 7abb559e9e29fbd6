import { requireRole } from '../../../../accounts/index.ts';
import { actorOf, requireUser } from '../../../principal.ts';
import type { App } from '../../../types.ts';
import type { PlatformApiDeps } from '../../deps.ts';
import { CreateCustomToolBody, RegisteredTool, toToolUpdate } from './schema.ts';

export function createCustomTool(app: App, { tools }: Pick<PlatformApiDeps, 'tools'>): void {
  app.route({
    method: 'POST',
    url: '/tools/custom',
    config: { role: 'editor' },
    schema: {
      summary: 'Register an HTTP endpoint as a tool',
      description:
        'Arguments named in the endpoint go there; of the others GET makes its query, every other method a JSON body. `auth` is `{token}` for bearer, `{name, value}` (a header) for api_key, `{username, password}` for basic; to give one takes an admin, and no reply shows it.',
      tags: ['Tools'],
      body: CreateCustomToolBody,
      response: { 201: RegisteredTool },
    },
    handler: async (request, reply) => {
      const user = requireUser(request);
      const { body } = request;
      if (body.auth) requireRole(user, 'admin', 'give a tool a credential');
      const { name, description, endpoint } = body;
      const input = { ...toToolUpdate(body), name, description, endpoint };
      const tool = await tools.custom.create(user.accountId, input, actorOf(request));
      return reply.code(201).send({ tool_id: tool.id, status: 'registered', name: tool.name });
    },
  });
}
