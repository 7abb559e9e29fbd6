import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { CommandFailed } from '../failures.ts';

/** What is to be added: a file, or an address that the server fetches. */
export type Source =
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'url'; readonly url: string };

export interface Sources {
  readonly sources: readonly Source[];
  /** Found in a folder and left out. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

/** What the server reads; in a folder nothing else is tried. A file that is named is tried whatever it is. */
const READABLE = new Set(
  ['.pdf', '.docx', '.html', '.htm', '.xhtml', '.md', '.markdown', '.mdx', '.txt', '.text', '.log'].concat([
    ...['.csv', '.tsv', '.json', '.jsonl', '.ndjson', '.geojson'],
  ]),
);
const MAX_FILE_BYTES = 20 * 1024 * 1024;
const MAX_FILES = 10_000;

/** Throws before anything is sent for what is not there, or holds nothing that can be read. */
export function findSources(given: readonly string[]): Sources {
  const sources: Source[] = [];
  const skipped: { path: string; why: string }[] = [];
  for (const one of given) {
    if (/^https?:\/\//i.test(one)) {
      sources.push({ kind: 'url', url: one });
      continue;
    }
    const found = statSync(one, { throwIfNoEntry: false });
    if (!found) throw new CommandFailed(`There is no ${one}.`);
    if (found.isDirectory()) {
      const before = sources.length;
      collect(one, one, sources, skipped);
      if (sources.length === before) {
        throw new CommandFailed(
          `${one} holds no file that can be read: PDF, DOCX, HTML, Markdown, text, CSV, JSON.`,
        );
      }
    } else if (found.isFile()) {
      sources.push({ kind: 'file', path: one, name: basename(one) });
    } else {
      throw new CommandFailed(`${one} is neither a file nor a folder.`);
    }
  }
  return { sources, skipped };
}

/** In the order of their names. Links are not followed, so that no folder is walked twice or left. */
function collect(
  root: string,
  folder: string,
  sources: Source[],
  skipped: { path: string; why: string }[],
): void {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const why = reasonToSkip(entry, path);
    if (why !== undefined) skipped.push({ path, why });
    else if (entry.isDirectory()) collect(root, path, sources, skipped);
    else if (sources.length >= MAX_FILES)
      throw new CommandFailed(`${root} holds more than ${MAX_FILES} files.`);
    // Its place in the folder tells files of one name apart; the server shows the last part of a path only.
    else sources.push({ kind: 'file', path, name: relative(root, path).replaceAll(/[/\\]/g, ' - ') });
  }
}

function reasonToSkip(entry: Dirent, path: string): string | undefined {
  if (entry.name.startsWith('.') || entry.name === 'node_modules') return 'hidden, or not a document';
  if (entry.isSymbolicLink()) return 'a link';
  if (entry.isDirectory()) return undefined;
  if (!entry.isFile()) return 'not a file';
  if (!READABLE.has(extname(entry.name).toLowerCase())) return 'of a kind that is not read';
  const { size } = statSync(path);
  if (size === 0) return 'empty';
  return size > MAX_FILE_BYTES ? 'larger than 20 MB' : undefined;
}
