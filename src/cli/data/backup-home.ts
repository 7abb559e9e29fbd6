import {
  constants,
  copyFileSync,
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packTar, type TarSource } from 'modern-tar/fs';
import { openDataFile } from '../../db/index.ts';
import { isoTime } from '../../lib/clock.ts';
import { CommandFailed } from '../failures.ts';
import { versionText } from '../version.ts';
import { hashFile } from './hash-file.ts';
import { DATABASE_FILE, type HomeFolder, UPLOADS_FOLDER } from './home-folder.ts';
import { type BackupFile, MANIFEST_FILE, type Manifest, writeManifest } from './manifest.ts';

export interface BackupReport {
  readonly manifest: Manifest;
  /** Documents whose file was missing in the data folder already. */
  readonly missing: readonly string[];
}

/** A document may be deleted between the looks at files and database; then both are looked at again. */
const MAX_TRIES = 5;
const OWNER_ONLY = 0o600;

/**
 * Writes all data to one file, as it was at one moment; a server may be at work on it. The file is there whole or not at
 * all. Throws CommandFailed when there is something at `target` already.
 */
export async function backupHome(home: HomeFolder, target: string, now: number): Promise<BackupReport> {
  const path = resolve(target);
  if (existsSync(path)) throw new CommandFailed(`${target} is there already; a backup overwrites nothing.`);
  const staging = `${path}.${process.pid}.part`;
  // Beside the target: what is copied here must have room there anyway.
  mkdirSync(join(staging, UPLOADS_FOLDER), { recursive: true, mode: 0o700 });
  try {
    const { names, missing } = await stage(home, staging);
    const files: BackupFile[] = [];
    for (const name of names) files.push({ path: name, ...(await hashFile(join(staging, name))) });
    const copy = openDataFile(join(staging, DATABASE_FILE), { snapshot: false });
    const manifest: Manifest = {
      madeAt: isoTime(now),
      musterVersion: versionText(),
      schema: copy.schema.stored,
      counts: copy.rowCounts(),
      files,
    };
    copy.close();
    const packed = join(staging, 'backup.tar');
    await pack(staging, manifest, packed, new Date(now));
    renameSync(packed, path);
    return { manifest, missing };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Puts a copy of the database and the files of its documents side by side. The files come first: one that goes away after
 * that is kept; one that comes after that is fetched when the database names it.
 */
async function stage(
  { path: home, databasePath }: HomeFolder,
  staging: string,
): Promise<{ names: readonly string[]; missing: readonly string[] }> {
  const { listUploads } = await import('../../knowledge/index.ts');
  const uploads = join(home, UPLOADS_FOLDER);
  const copyPath = join(staging, DATABASE_FILE);
  const live = openDataFile(databasePath, { snapshot: false });
  try {
    for (let tries = 1; ; tries++) {
      const known = existsSync(uploads) ? readdirSync(uploads).filter((name) => !name.includes('.')) : [];
      for (const name of known) keep(join(uploads, name), join(staging, UPLOADS_FOLDER, name));
      rmSync(copyPath, { force: true });
      live.copyTo(copyPath);
      const copy = openDataFile(copyPath, { snapshot: false });
      const wanted = await listUploads(copy);
      copy.close();
      const missing = wanted.filter(({ id }) => !keep(join(uploads, id), join(staging, UPLOADS_FOLDER, id)));
      const alive = new Set((await listUploads(live)).map(({ id }) => id));
      if (tries < MAX_TRIES && missing.some(({ id }) => !alive.has(id))) continue;
      const gone = new Set(missing.map(({ id }) => id));
      return {
        names: [
          DATABASE_FILE,
          ...wanted.filter(({ id }) => !gone.has(id)).map(({ id }) => `${UPLOADS_FOLDER}/${id}`),
        ],
        missing: missing.map(({ id, name }) => `${id} (${name})`),
      };
    }
  } finally {
    live.close();
  }
}

/** An uploaded file never changes, so a second name for it is a copy. False when it is not there. */
function keep(from: string, to: string): boolean {
  if (existsSync(to)) return true;
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
  }
  try {
    // Another file system, or one that knows no second names.
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function pack(staging: string, manifest: Manifest, to: string, mtime: Date): Promise<void> {
  const entry = { mtime, mode: OWNER_ONLY };
  const sources: TarSource[] = [
    { type: 'content', content: writeManifest(manifest), target: MANIFEST_FILE, ...entry },
    ...manifest.files.map(
      ({ path }): TarSource => ({ type: 'file', source: join(staging, path), target: path, ...entry }),
    ),
  ];
  await pipeline(packTar(sources), createWriteStream(to, { flags: 'wx', mode: OWNER_ONLY, flush: true }));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
