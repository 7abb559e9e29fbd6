import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import { type Cli, defineCommand } from '../command.ts';
import { flagsOf } from '../command-line.ts';
import { CommandFailed, UsageError } from '../failures.ts';
import { json } from '../flags.ts';
import { readJsonFile } from '../read-json-file.ts';
import { tellHowToRun } from '../run/tell-how-to-run.ts';
import { AGENT_FORMAT } from '../transfer/agent-file.ts';
import { findCrewFolders } from '../transfer/crew-folders.ts';
import { CREW_FORMAT } from '../transfer/export-crew.ts';
import { type Imported, type ImportOptions, importAgent } from '../transfer/import-agent.ts';
import { checkCrewFile, checkCrewFiles, importCrewFile, importCrewFiles } from '../transfer/import-crew.ts';
import { isModelNeeded, modelNeeded } from '../transfer/model-needed.ts';

/** By what a file says it is. */
const IMPORTERS: Readonly<
  Record<string, (client: ApiClient, file: Fields, path: string, options: ImportOptions) => Promise<Imported>>
> = {
  [AGENT_FORMAT]: importAgent,
  [CREW_FORMAT]: importCrewFile,
};

/** Something to be imported, read and ready. */
interface Found {
  readonly path: string;
  /** Fails where `take` would; undefined: that is seen only when it is made. */
  readonly check?: ((client: ApiClient, options: ImportOptions) => Promise<void>) | undefined;
  take(client: ApiClient, options: ImportOptions): Promise<Imported>;
}

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Make agents and crews of files.',
  words: 'PATH',
  details: `PATH is a file of muster export, a folder of them (all its .json files), a folder with crews of CrewAI
(agents.yaml with tasks.yaml, or crew.jsonc with agents/*.jsonc, wherever in it), or - for standard input. Each makes a
new agent or crew, whose id is printed; what was not carried over, and what was taken instead, is told.`,
  options: {
    name: { type: 'string', value: 'NAME', help: 'Call the new agent or crew so.' },
    model: {
      type: 'string',
      value: 'MODEL',
      help: 'Give it this model; a crew: where its own cannot be called.',
    },
    process: { type: 'string', value: 'PROCESS', help: 'Of a crew: sequential or hierarchical.' },
    json,
  },
  async run({ words: [path = ''], values }, cli) {
    const found = await find(cli, path);
    if (found.length > 1 && values.name !== undefined) {
      throw new UsageError('muster import --name is for a single agent or crew.');
    }
    const client = cli.connect();
    const { name, model, process } = values;
    const explain = async (error: unknown): Promise<never> => {
      const typed = [path, ...flagsOf({ name, process, json: values.json })];
      throw isModelNeeded(error) ? await modelNeeded(client, cli.env, error, typed) : error;
    };
    // None is made before all are known to be good: who mends the last and asks again must not have the first twice.
    if (found.length > 1) {
      for (const { check } of found) await check?.(client, { name, model, process }).catch(explain);
    }
    const all: Imported[] = [];
    for (const { path: one, take } of found) {
      const imported = await take(client, { name, model, process }).catch(explain);
      all.push(imported);
      for (const what of imported.leftOut) cli.err.line(`${one}: ${what}`);
      if (values.json) continue;
      cli.out.line(imported.id);
      if (imported.id.startsWith('crew_')) await tellHowToRun(cli, client, imported.id);
    }
    if (values.json) cli.out.json(all.map(({ id, name, leftOut }) => ({ id, name, left_out: leftOut })));
  },
});

/** Everything is read before anything is made. */
async function find(cli: Cli, path: string): Promise<Found[]> {
  const stats = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path !== '-' && !stats) throw new CommandFailed(`There is no ${path}.`);
  if (!stats?.isDirectory()) return [await readExported(cli, path)];
  const crews = findCrewFolders(path);
  if (crews.length > 0) {
    return crews.map(({ path: folder, name, files }) => {
      const fallback = 'crew.jsonc' in files || 'crew.json' in files ? {} : { fallbackName: name };
      return {
        path: folder,
        check: (client, options) => checkCrewFiles(client, files, { ...options, ...fallback }),
        take: (client, options) => importCrewFiles(client, files, { ...options, ...fallback }),
      };
    });
  }
  const files = readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) {
    throw new CommandFailed(
      `There is nothing to import in ${path}: no .json files, no agents.yaml with tasks.yaml, no crew.jsonc.`,
    );
  }
  const found: Found[] = [];
  for (const file of files) found.push(await readExported(cli, file));
  return found;
}

async function readExported(cli: Cli, path: string): Promise<Found> {
  const file = await readJsonFile(cli, path);
  const format = file.textOr('format', '');
  const take = IMPORTERS[format];
  if (!take) throw new CommandFailed(`${path} is not a file of muster export.`);
  return {
    path,
    ...(format === CREW_FORMAT && {
      check: (client: ApiClient, options: ImportOptions) => checkCrewFile(client, file, path, options),
    }),
    take: (client, options) => take(client, file, path, options),
  };
}
