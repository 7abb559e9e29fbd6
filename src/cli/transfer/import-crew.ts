import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import { CommandFailed } from '../failures.ts';
import { CREW_FORMAT_VERSION } from './export-crew.ts';
import type { Imported, ImportOptions } from './import-agent.ts';

interface CrewOptions extends ImportOptions {
  readonly fallbackName?: string;
}

/** Makes a crew of CrewAI's files. */
export async function importCrewFiles(
  client: ApiClient,
  files: Readonly<Record<string, unknown>>,
  options: CrewOptions,
): Promise<Imported> {
  const made = await client.post('/api/v1/crews/import', bodyOf(files, options));
  return { id: made.text('id'), name: made.text('name'), leftOut: made.texts('unsupported') };
}

/** Fails as making it would. */
export async function checkCrewFiles(
  client: ApiClient,
  files: Readonly<Record<string, unknown>>,
  options: CrewOptions,
): Promise<void> {
  await client.post('/api/v1/crews/import', { ...bodyOf(files, options), dry_run: true });
}

function bodyOf(files: Readonly<Record<string, unknown>>, options: CrewOptions): object {
  const { model, process } = options;
  const name = options.name ?? options.fallbackName;
  return {
    files,
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    ...(process !== undefined && { process }),
  };
}

/** The same of a file of muster export. */
export async function importCrewFile(
  client: ApiClient,
  file: Fields,
  path: string,
  options: ImportOptions,
): Promise<Imported> {
  return importCrewFiles(client, filesOf(file, path), options);
}

export async function checkCrewFile(
  client: ApiClient,
  file: Fields,
  path: string,
  options: ImportOptions,
): Promise<void> {
  await checkCrewFiles(client, filesOf(file, path), options);
}

function filesOf(file: Fields, path: string): Readonly<Record<string, unknown>> {
  const version = file.numberOr('version', 0);
  if (version !== CREW_FORMAT_VERSION) {
    throw new CommandFailed(
      `${path} is of format version ${version}; this Muster reads ${CREW_FORMAT_VERSION}. Import it with a newer one.`,
    );
  }
  return { ...file.object('files').raw };
}
