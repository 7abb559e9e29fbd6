import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import { defineCommand } from '../command.ts';
import { CommandFailed, UsageError } from '../failures.ts';
import { json } from '../flags.ts';
import { readJsonFile } from '../read-json-file.ts';
import { AGENT_FORMAT } from '../transfer/agent-file.ts';
import { type Imported, type ImportOptions, importAgent } from '../transfer/import-agent.ts';

/** By what a file says it is. */
const IMPORTERS: Readonly<
  Record<string, (client: ApiClient, file: Fields, path: string, options: ImportOptions) => Promise<Imported>>
> = {
  [AGENT_FORMAT]: importAgent,
};

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Make agents of exported files.',
  words: 'PATH',
  details: `PATH is a file of muster export, a folder of them (all its .json files), or - for standard input. Each makes
a new agent, whose id is printed; what could not be taken over is told.`,
  options: {
    name: { type: 'string', value: 'NAME', help: 'Call the new agent so.' },
    model: { type: 'string', value: 'MODEL', help: 'Give it this model.' },
    json,
  },
  async run({ words: [path = ''], values }, cli) {
    const paths = filesOf(path);
    if (paths.length > 1 && values.name !== undefined) {
      throw new UsageError('muster import --name is for a single file.');
    }
    const files: { path: string; file: Fields; take: (typeof IMPORTERS)[string] }[] = [];
    for (const one of paths) {
      const file = await readJsonFile(cli, one);
      const take = IMPORTERS[file.textOr('format', '')];
      if (!take) throw new CommandFailed(`${one} is not a file of muster export.`);
      files.push({ path: one, file, take });
    }
    const client = cli.connect();
    const all: Imported[] = [];
    for (const { path: one, file, take } of files) {
      const imported = await take(client, file, one, { name: values.name, model: values.model });
      all.push(imported);
      for (const what of imported.leftOut) cli.err.line(`${one}: left out ${what}`);
      if (!values.json) cli.out.line(imported.id);
    }
    if (values.json) cli.out.json(all.map(({ id, name, leftOut }) => ({ id, name, left_out: leftOut })));
  },
});

function filesOf(path: string): string[] {
  if (path === '-') return [path];
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new CommandFailed(`There is no ${path}.`);
  if (!found.isDirectory()) return [path];
  const files = readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new CommandFailed(`There are no .json files in ${path}.`);
  return files;
}
