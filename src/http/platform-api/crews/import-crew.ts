import { Type } from 'typebox';
import { requireUser } from '../../principal.ts';
import type { App } from '../../types.ts';
import type { PlatformApiDeps } from '../deps.ts';
import { Closed } from '../schemas.ts';

const ImportBody = Closed({
  files: Type.Record(Type.String({ maxLength: 300 }), Type.String({ maxLength: 1_000_000 }), {
    description:
      'Texts by path: agents.yaml and tasks.yaml (and crew.py, which is read, not run), or crew.jsonc and agents/*.jsonc.',
  }),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  process: Type.Optional(Type.Enum(['sequential', 'hierarchical'])),
  model: Type.Optional(
    Type.String({ maxLength: 200, description: 'For agents without a model that can be called here.' }),
  ),
  dry_run: Type.Optional(Type.Boolean({ description: 'true: it is only checked, and nothing is made.' })),
});

const unsupported = Type.Array(Type.String(), {
  description:
    'What of the files was not carried over, or what was taken instead; each begins with its place.',
});

const ImportedCrew = Type.Object({
  id: Type.String(),
  name: Type.String(),
  status: Type.Literal('configuring'),
  unsupported,
});

/** Of a dry run. */
const CheckedCrew = Type.Object({ name: Type.String(), unsupported });

export function importCrew(app: App, { crews }: Pick<PlatformApiDeps, 'crews'>): void {
  app.route({
    method: 'POST',
    url: '/crews/import',
    config: { role: 'editor' },
    schema: {
      summary: "Make a crew of CrewAI's files",
      tags: ['Crews'],
      body: ImportBody,
      response: { 200: CheckedCrew, 201: ImportedCrew },
    },
    handler: async (request, reply) => {
      const { accountId, userId } = requireUser(request);
      const { files, dry_run: isDry, ...options } = request.body;
      if (isDry) {
        const { input, unsupported } = await crews.checkImport(accountId, files, options);
        return reply.code(200).send({ name: input.name ?? '', unsupported: [...unsupported] });
      }
      const { crew, unsupported } = await crews.importCrew(accountId, files, options, userId);
      return reply
        .code(201)
        .send({ id: crew.id, name: crew.name, status: 'configuring', unsupported: [...unsupported] });
    },
  });
}
