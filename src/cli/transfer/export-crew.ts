import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { isoTime } from '../../lib/clock.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Fields } from '../client/fields.ts';
import { CommandFailed } from '../failures.ts';

/** What an exported crew's file says it is. */
export const CREW_FORMAT = 'muster/crew';
/** Raised when a reader of the version before could not take the file. */
export const CREW_FORMAT_VERSION = 1;

export function readCrew(client: ApiClient, id: string, format: 'yaml' | 'jsonc'): Promise<Fields> {
  return client.get(`/api/v1/crews/${id}/export?format=${format}`);
}

/** One file that has all of CrewAI's files in it. */
export function crewFile(crew: Fields, now: number): unknown {
  return {
    format: CREW_FORMAT,
    version: CREW_FORMAT_VERSION,
    exported_at: isoTime(now),
    source: { id: crew.text('id') },
    name: crew.text('name'),
    files: crew.object('files').raw,
  };
}

/** Writes them under a folder; what is there already is not overwritten. Returns their paths. */
export function writeCrew(crew: Fields, folder: string): string[] {
  const root = resolve(folder);
  const files = crew.object('files');
  const paths = Object.keys(files.raw).map((name) => {
    const path = resolve(root, name);
    // A server is not to choose where on this machine something is written.
    if (!path.startsWith(root + sep)) throw new CommandFailed(`The server names a file outside: ${name}`);
    return { name, path };
  });
  for (const { name, path } of paths) {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(path, files.text(name), { flag: 'wx' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandFailed(`${path} could not be written: ${reason}`);
    }
  }
  return paths.map(({ path }) => path);
}
