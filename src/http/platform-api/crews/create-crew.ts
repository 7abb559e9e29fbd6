import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { CreatedCrew, CrewBody } from './schema.ts';
import { toCrewInput } from './to-crew.ts';

export function createCrew(app: App, { crews }: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'POST',
    url: '/crews',
    config: { role: 'editor' },
    schema: {
      summary: 'Make a crew',
      description: 'Its agents are agents like any other; tasks name theirs by role, name or place.',
      tags: ['Crews'],
      body: CrewBody,
      response: { 201: CreatedCrew },
    },
    handler: async (request, reply) => {
      const { accountId, userId } = requireUser(request);
      const { crew } = await crews.createCrew(accountId, toCrewInput(request.body), userId);
      return reply.code(201).send({ id: crew.id, name: crew.name, status: 'configuring' });
    },
  });
}
