import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { IdParams } from '../schemas.ts';
import { findCrew } from './find-crew.ts';
import { InputsReply } from './schema.ts';

export function getInputs(app: App, deps: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'GET',
    url: '/crews/:id/inputs',
    config: { role: 'viewer', find: findCrew(deps) },
    schema: {
      summary: 'What a job of the crew has to be given',
      description: 'The placeholders (`{topic}`) of its agents and tasks.',
      tags: ['Crews'],
      params: IdParams,
      response: { 200: InputsReply },
    },
    handler: async (request) => {
      const found = await deps.crews.inputsOf(requireUser(request).accountId, request.params.id);
      return {
        inputs: found.map(({ name }) => name),
        required: found.filter(({ isRequired }) => isRequired).map(({ name }) => name),
        placeholders: found.map(({ name, isRequired, defaultValue, usedBy }) => ({
          name,
          required: isRequired,
          default: defaultValue ?? null,
          used_by: [...usedBy],
        })),
      };
    },
  });
}
