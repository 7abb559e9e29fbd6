import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { CommandFailed } from '../failures.ts';
import { plural } from '../format.ts';
import { SECRET_KEY_FILE } from './home-folder.ts';

export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 'muster/backup';
const VERSION = 1;

/** The first file of a backup: what is in it. */
export interface Manifest {
  readonly madeAt: string;
  readonly musterVersion: string;
  /** Of the database; a Muster that knows less cannot read it. */
  readonly schema: number;
  /** Rows of each table. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of some tables: those that stand for something that is there, neither deleted nor a sandbox. */
  readonly existing: Readonly<Record<string, number>>;
  readonly files: readonly BackupFile[];
}

export interface BackupFile {
  /** With forward slashes: `muster.db`, `uploads/doc_…`, `secret.key`. */
  readonly path: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** All that a backup may hold beside its manifest; nothing else is ever written to disk. */
const PATH = /^(muster\.db|secret\.key|uploads\/doc_[0-9A-Za-z]{1,64})$/;

export function writeManifest({ madeAt, musterVersion, schema, counts, existing, files }: Manifest): string {
  return `${JSON.stringify(
    {
      format: FORMAT,
      version: VERSION,
      made_at: madeAt,
      muster_version: musterVersion,
      schema,
      secret_key: files.some(({ path }) => path === SECRET_KEY_FILE)
        ? 'included: whoever has this file has everything'
        : 'not included; keep it apart, it opens the stored keys of providers',
      counts,
      existing,
      files,
    },
    null,
    1,
  )}\n`;
}

/** Throws CommandFailed for what is no manifest, or one of a later format. */
export function readManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw notOurs();
  }
  if (!isJsonObject(value) || value.format !== FORMAT) throw notOurs();
  if (value.version !== VERSION) {
    throw new CommandFailed(
      `The backup is of format ${String(value.version)}; this Muster reads ${VERSION}. Restore it with a newer one.`,
    );
  }
  const { made_at: madeAt, muster_version: musterVersion, schema, counts, existing, files } = value;
  if (typeof schema !== 'number' || !isJsonObject(counts) || !Array.isArray(files)) throw notOurs();
  return {
    madeAt: String(madeAt),
    musterVersion: String(musterVersion),
    schema,
    counts: toCounts(counts),
    // Older backups do without.
    existing: isJsonObject(existing) ? toCounts(existing) : {},
    files: files.map((file) => readFile(isJsonObject(file) ? file : {})),
  };
}

/** What somebody wants to know of a backup: how much of what is in it. */
export function figuresOf({ counts, existing }: Pick<Manifest, 'counts' | 'existing'>): string {
  return ['account', 'agent', 'conversation', 'document']
    .map((thing) => plural(existing[`${thing}s`] ?? counts[`${thing}s`] ?? 0, thing))
    .join(', ');
}

function toCounts(counts: JsonObject): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([table, rows]) => [table, Number(rows)]));
}

function readFile({ path, size, sha256 }: JsonObject): BackupFile {
  if (typeof path !== 'string' || typeof size !== 'number' || typeof sha256 !== 'string') throw notOurs();
  if (!PATH.test(path)) throw new CommandFailed(`The backup names a file that no backup has: ${path}`);
  return { path, size, sha256 };
}

function notOurs(): CommandFailed {
  return new CommandFailed('This is not a backup of Muster, or its beginning is damaged.');
}
