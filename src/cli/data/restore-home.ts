import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { openDataFile, SCHEMA_VERSION } from '../../db/index.ts';
import { CommandFailed } from '../failures.ts';
import { DATABASE_FILE, UPLOADS_FOLDER } from './home-folder.ts';
import { type BackupFile, MANIFEST_FILE, type Manifest, readManifest } from './manifest.ts';

/** A manifest names every file; of a million of them this is enough. */
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

/**
 * Makes a data folder of a backup, whole and verified, or leaves the folder as it was. Throws CommandFailed when the
 * folder has something in it, when the backup is damaged, or when a newer Muster made it.
 */
export async function restoreHome(file: string, home: string): Promise<Manifest> {
  if (!existsSync(file)) throw new CommandFailed(`There is no ${file}.`);
  const isNew = !existsSync(home);
  if (!isNew && readdirSync(home).length > 0) {
    throw new CommandFailed(
      `${home} is not empty. Restore into an empty or a new folder; nothing is ever overwritten.`,
    );
  }
  mkdirSync(home, { recursive: true, mode: 0o700 });
  // Inside of it, so that it may be a file system of its own.
  const staging = join(home, `restore-${randomBytes(6).toString('hex')}.part`);
  try {
    mkdirSync(join(staging, UPLOADS_FOLDER), { recursive: true, mode: 0o700 });
    const manifest = await unpack(file, staging);
    checkCounts(join(staging, DATABASE_FILE), manifest);
    const parts = [
      UPLOADS_FOLDER,
      ...manifest.files.map(({ path }) => path).filter((path) => !path.includes('/')),
    ];
    for (const name of readdirSync(staging)) {
      if (parts.includes(name)) continue;
      // Left by looking at the database.
      rmSync(join(staging, name), { recursive: true });
    }
    syncFolder(join(staging, UPLOADS_FOLDER));
    for (const name of parts) renameSync(join(staging, name), join(home, name));
    rmSync(staging, { recursive: true });
    syncFolder(home);
    return manifest;
  } catch (error) {
    rmSync(isNew ? home : staging, { recursive: true, force: true });
    throw error;
  }
}

async function unpack(file: string, staging: string): Promise<Manifest> {
  let manifest: Manifest | undefined;
  const open = new Map<string, BackupFile>();
  const entries = Readable.toWeb(createReadStream(file, { highWaterMark: 1 << 20 })).pipeThrough(
    createTarDecoder({ strict: true }),
  );
  try {
    for await (const entry of entries) {
      if (!manifest) {
        manifest = await readFirst(entry);
        for (const listed of manifest.files) open.set(listed.path, listed);
        continue;
      }
      const { name } = entry.header;
      const listed = open.get(name);
      if (!listed || entry.header.type !== 'file')
        throw damaged(`it has '${name}', which its manifest does not`);
      open.delete(name);
      await writeVerified(entry, listed, join(staging, name));
    }
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  if (!manifest) throw damaged('it is empty');
  const [missing] = open.keys();
  if (missing !== undefined) throw damaged(`'${missing}' is missing from it`);
  return manifest;
}

async function readFirst({ header, body }: ParsedTarEntry): Promise<Manifest> {
  if (header.name !== MANIFEST_FILE || header.size > MAX_MANIFEST_BYTES) {
    throw new CommandFailed('This is not a backup of Muster: it does not begin with a manifest.');
  }
  const manifest = readManifest(await readText(body));
  if (manifest.schema > SCHEMA_VERSION) {
    throw new CommandFailed(
      `The backup was made by Muster ${manifest.musterVersion} and is of schema ${manifest.schema}; this version knows ${SCHEMA_VERSION}. Restore it with that version or a newer one.`,
    );
  }
  return manifest;
}

async function writeVerified({ body }: ParsedTarEntry, listed: BackupFile, to: string): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        size += chunk.length;
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }),
  );
  if (size !== listed.size || hash.digest('hex') !== listed.sha256) {
    throw damaged(`'${listed.path}' is not as its manifest says`);
  }
}

/** The checksums tell that the files are those of the backup; this, that the backup was good. */
function checkCounts(databasePath: string, { counts }: Manifest): void {
  const data = openDataFile(databasePath, { snapshot: false });
  try {
    const found = data.rowCounts();
    const wrong = Object.entries(counts).find(([table, rows]) => found[table] !== rows);
    if (wrong) throw damaged(`the table ${wrong[0]} has ${found[wrong[0]]} rows, not ${wrong[1]}`);
  } finally {
    data.close();
  }
}

function damaged(how: string): CommandFailed {
  // What a library says has its own full stop.
  return new CommandFailed(`The backup is damaged: ${how.replace(/\.$/, '')}. Nothing was restored.`);
}

/** A new name survives a power cut only once its folder is flushed. Windows has no such thing and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
