import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { Closed, IdParams } from '../schemas.ts';
import { findCrew } from './find-crew.ts';

const Format = Type.Enum(['yaml', 'jsonc'], {
  default: 'jsonc',
  description: 'yaml: agents.yaml and tasks.yaml. jsonc: crew.jsonc and agents/*.jsonc.',
});

const ExportReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  format: Type.String(),
  files: Type.Record(Type.String(), Type.String(), { description: 'Texts by path.' }),
  unsupported: Type.Array(Type.String(), { description: 'What the crew has and the files can not say.' }),
});

export function exportCrew(app: App, deps: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'GET',
    url: '/crews/:id/export',
    config: { role: 'viewer', find: findCrew(deps) },
    schema: {
      summary: "A crew as CrewAI's files",
      tags: ['Crews'],
      params: IdParams,
      querystring: Closed({ format: Type.Optional(Format) }),
      response: { 200: ExportReply },
    },
    handler: async (request) => {
      const { accountId } = requireUser(request);
      const { id } = request.params;
      const format = request.query.format ?? 'jsonc';
      const { name, files, unsupported } = await deps.crews.exportCrew(accountId, id, format);
      return { id, name, format, files: { ...files }, unsupported: [...unsupported] };
    },
  });
}
