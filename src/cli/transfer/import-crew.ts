import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import { CommandFailed } from '../failures.ts';
import { CREW_FORMAT_VERSION } from './export-crew.ts';
import type { Imported, ImportOptions } from './import-agent.ts';

/** Makes a crew of CrewAI's files. */
export async function importCrewFiles(
  client: ApiClient,
  files: Readonly<Record<string, unknown>>,
  options: ImportOptions & { readonly fallbackName?: string },
): Promise<Imported> {
  const { model, process } = options;
  const name = options.name ?? options.fallbackName;
  const made = await client.post('/api/v1/crews/import', {
    files,
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    ...(process !== undefined && { process }),
  });
  return { id: made.text('id'), name: made.text('name'), leftOut: made.texts('unsupported') };
}

/** The same of a file of muster export. */
export function importCrewFile(
  client: ApiClient,
  file: Fields,
  path: string,
  options: ImportOptions,
): Promise<Imported> {
  const version = file.numberOr('version', 0);
  if (version !== CREW_FORMAT_VERSION) {
    throw new CommandFailed(
      `${path} is of format version ${version}; this Muster reads ${CREW_FORMAT_VERSION}. Import it with a newer one.`,
    );
  }
  return importCrewFiles(client, { ...file.object('files').raw }, options);
}
