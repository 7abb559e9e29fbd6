import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export type Encoding = 'br' | 'gzip' | 'identity';

/** A file of the console as it goes out. */
export interface ConsoleFile {
  readonly bytes: Buffer;
  readonly encoding: Encoding;
  /** Of the file as it is, whichever encoding it goes out in. */
  readonly etag: string;
}

/** The console's build: what scripts/build-console.mjs has made. */
export interface ConsoleFiles {
  /** Undefined when the build has no such file, or there is no build. */
  read(path: string, accepted: ReadonlySet<string>): Promise<ConsoleFile | undefined>;
}

const SUFFIXES = { br: '.br', gzip: '.gz', identity: '' } as const;
const ORDER: readonly Encoding[] = ['br', 'gzip', 'identity'];
/** Only names that a build makes: nothing above its folder, nothing hidden. */
const NAME = /^(?:assets\/)?[\w-][\w.-]*$/;

/**
 * Reads files as they are asked for and keeps them: they are few and small, and a build that replaces this one while the
 * server runs takes nothing away from pages that are open.
 */
export function createConsoleFiles(dist: URL): ConsoleFiles {
  const kept = new Map<string, Promise<ConsoleFile | undefined>>();
  let folder: URL | undefined;

  async function readAs(path: string, encoding: Encoding): Promise<ConsoleFile | undefined> {
    folder ??= buildFolder(dist);
    if (!folder) return undefined;
    const bytes = await readIfThere(new URL(path + SUFFIXES[encoding], folder));
    if (!bytes) return undefined;
    const plain = encoding === 'identity' ? bytes : await readIfThere(new URL(path, folder));
    const hash = createHash('sha256').update(plain ?? bytes);
    return { bytes, encoding, etag: `"${hash.digest('base64url').slice(0, 22)}"` };
  }

  return {
    async read(path, accepted) {
      if (!NAME.test(path)) return undefined;
      for (const encoding of ORDER) {
        if (encoding !== 'identity' && !accepted.has(encoding)) continue;
        const key = path + SUFFIXES[encoding];
        const known = kept.get(key);
        const found = await (known ?? readAs(path, encoding));
        if (!found) continue;
        if (!known) kept.set(key, Promise.resolve(found));
        return found;
      }
      return undefined;
    },
  };
}

/** Where the newest build is; undefined when there is none (yet). */
function buildFolder(dist: URL): URL | undefined {
  const pointer = new URL('console-build.json', dist);
  try {
    const found: unknown = JSON.parse(readFileSync(pointer, 'utf8'));
    const name = typeof found === 'object' && found !== null ? Reflect.get(found, 'folder') : undefined;
    return typeof name === 'string' ? new URL(`${name}/`, dist) : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Error(`${fileURLToPath(pointer)} cannot be read; delete it and start again`, { cause: error });
  }
}

async function readIfThere(url: URL): Promise<Buffer | undefined> {
  try {
    return await readFile(url);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
