import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { AgentBody, CreatedAgent } from './schema.ts';
import { toInput } from './to-input.ts';

export function createAgent(app: App, { agents }: Pick<PlatformApiDeps, 'agents'>): void {
  app.route({
    method: 'POST',
    url: '/agents',
    config: { role: 'editor' },
    schema: {
      summary: 'Make an agent',
      description: 'Its id is at once a model of the Agents API.',
      tags: ['Agents'],
      body: AgentBody,
      response: { 201: CreatedAgent },
    },
    handler: async (request, reply) => {
      const { accountId, userId } = requireUser(request);
      const { id, version } = await agents.createAgent(accountId, toInput(request.body), userId);
      return reply.code(201).send({ id, status: 'created', version });
    },
  });
}
