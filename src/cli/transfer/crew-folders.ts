import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** Files of one crew, as they lie in a folder. */
export interface CrewFolder {
  readonly path: string;
  /** What it is called where its files do not say. */
  readonly name: string;
  /** Texts by path, for POST /crews/import. */
  readonly files: Readonly<Record<string, string>>;
}

/** Deeper than any project of CrewAI has its crews. */
const MAX_DEPTH = 8;
const PASSED_BY = new Set(['node_modules', '__pycache__', 'venv', 'dist', 'build']);

/**
 * The crews under a folder, wherever in it: CrewAI keeps agents.yaml and tasks.yaml in src/…/config, and one pair for each
 * crew of a flow, the program beside; crew.jsonc lies beside its agents/.
 */
export function findCrewFolders(path: string): CrewFolder[] {
  const found: CrewFolder[] = [];
  const look = (folder: string, depth: number): void => {
    const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const crew = names.find((name) => /^crew\.jsonc?$/.test(name));
    const pair = [/^agents\.ya?ml$/, /^tasks\.ya?ml$/].map((wanted) =>
      names.find((name) => wanted.test(name)),
    );
    if (crew !== undefined) found.push(toFolder(folder, [crew, ...agentFiles(folder)]));
    else if (pair.every((name) => name !== undefined)) found.push(toFolder(folder, pair, programOf(folder)));
    if (depth === MAX_DEPTH) return;
    for (const entry of entries) {
      const isLookedAt = entry.isDirectory() && !entry.name.startsWith('.') && !PASSED_BY.has(entry.name);
      if (isLookedAt) look(join(folder, entry.name), depth + 1);
    }
  };
  look(path, 0);
  return found;
}

function agentFiles(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'agents'))
      .filter((name) => /\.jsonc?$/.test(name))
      .map((name) => join('agents', name));
  } catch {
    // No such folder: the server says which agents it misses.
    return [];
  }
}

/** The program that says who does what: beside the files, or beside their folder `config`. */
function programOf(folder: string): string | undefined {
  const places = basename(resolve(folder)) === 'config' ? [dirname(resolve(folder)), folder] : [folder];
  for (const place of places) {
    const programs = readdirSync(place).filter((name) => name.endsWith('.py'));
    for (const name of programs) {
      const text = readFileSync(join(place, name), 'utf8');
      if (text.includes('tasks_config') && text.includes('@task')) return text;
    }
  }
  return undefined;
}

function toFolder(folder: string, names: readonly string[], program?: string): CrewFolder {
  const full = resolve(folder);
  const files = names.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]);
  return {
    path: shownPath(folder),
    name: nameOf(full),
    files: { ...Object.fromEntries(files), ...(program !== undefined && { 'crew.py': program }) },
  };
}

/** From here where it lies below. */
function shownPath(folder: string): string {
  const path = relative('', folder) || '.';
  return path.startsWith('..') ? resolve(folder) : path;
}

/** `…/src/trip_planner/config` is the crew "Trip planner". */
function nameOf(folder: string): string {
  const own = basename(folder);
  const name = own === 'config' ? basename(dirname(folder)) : own;
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
