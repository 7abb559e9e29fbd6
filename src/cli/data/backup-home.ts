import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packTar, type TarSource } from 'modern-tar/fs';
import { openDataFile } from '../../db/index.ts';
import { isoTime } from '../../lib/clock.ts';
import { CommandFailed } from '../failures.ts';
import { versionText } from '../version.ts';
import { hashFile } from './hash-file.ts';
import { DATABASE_FILE, type HomeFolder, SECRET_KEY_FILE, UPLOADS_FOLDER } from './home-folder.ts';
import { type BackupFile, MANIFEST_FILE, type Manifest, writeManifest } from './manifest.ts';
import { readSecretKey } from './secret-keys.ts';
import { stageFolder } from './stage-folder.ts';
import { stagePostgres } from './stage-postgres.ts';

export interface BackupReport {
  readonly manifest: Manifest;
  /** Documents whose file was missing already. */
  readonly missing: readonly string[];
}

const OWNER_ONLY = 0o600;

/**
 * Writes all data, of the folder or of the PostgreSQL that the settings name, to one file, as it was at one moment; a
 * server may be at work on it. The file is there whole or not at all. Throws CommandFailed when there is something at
 * `target` already, or no secret key although it is asked for.
 */
export async function backupHome(
  home: HomeFolder,
  target: string,
  { now, withSecretKey = false }: { readonly now: number; readonly withSecretKey?: boolean | undefined },
): Promise<BackupReport> {
  const path = resolve(target);
  if (existsSync(path)) throw new CommandFailed(`${target} is there already; a backup overwrites nothing.`);
  const staging = `${path}.${process.pid}.part`;
  // Beside the target: what is copied here must have room there anyway.
  mkdirSync(join(staging, UPLOADS_FOLDER), { recursive: true, mode: 0o700 });
  try {
    const { DATABASE_URL: url } = home.config;
    const { names, missing } =
      url === undefined ? await stageFolder(home, staging) : await stagePostgres(url, staging);
    if (withSecretKey) stageSecretKey(home, staging);
    const files: BackupFile[] = [];
    for (const name of withSecretKey ? [...names, SECRET_KEY_FILE] : names) {
      files.push({ path: name, ...(await hashFile(join(staging, name))) });
    }
    const copy = openDataFile(join(staging, DATABASE_FILE), { snapshot: false });
    const manifest: Manifest = {
      madeAt: isoTime(now),
      musterVersion: versionText(),
      schema: copy.schema.stored,
      counts: copy.rowCounts(),
      existing: copy.existingCounts(),
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

function stageSecretKey({ path, config }: HomeFolder, staging: string): void {
  const key = readSecretKey(path, config.MUSTER_SECRET_KEY);
  if (!key) {
    throw new CommandFailed(
      `There is no secret key to include: set MUSTER_SECRET_KEY, or name the folder that has ${SECRET_KEY_FILE} with --home.`,
    );
  }
  writeFileSync(join(staging, SECRET_KEY_FILE), `${key.toString('base64')}\n`, { mode: OWNER_ONLY });
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
