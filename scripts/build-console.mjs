// Builds the console into a folder of its own, each file also compressed, so that the server only hands files out.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { sealed } from './build-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Says which folder the server serves. */
const pointer = join(dist, 'console-build.json');
const COMPRESSED = /\.(css|html|js|json|svg|txt)$/;
const KEEP_OLD_MS = 60_000;

/** Whether there is a build of the sources as they are now, or one that was sealed together with the server's. */
export function consoleIsBuilt() {
  if (existsSync(sealed)) return true;
  const folder = `console-${fingerprint()}`;
  return existsSync(join(dist, folder)) && readPointer() === folder;
}

/** Does nothing where the bundler is not installed (without development dependencies): the APIs work without a console. */
async function build() {
  const vite = await import('vite').catch(() => undefined);
  if (!vite) return;
  const { viteConfig } = await import('../web/vite.config.ts');
  const name = `console-${fingerprint()}`;
  const folder = join(dist, name);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    await vite.build(viteConfig({ outDir: unfinished }));
    await compress(unfinished);
    settle(unfinished, folder);
  }
  mkdirSync(dist, { recursive: true });
  writeFileSync(`${pointer}.${process.pid}`, JSON.stringify({ folder: name }));
  renameSync(`${pointer}.${process.pid}`, pointer);
  for (const old of readdirSync(dist)) {
    const path = join(dist, old);
    const isOld =
      old.startsWith('console-') && old !== name && Date.now() - statSync(path).mtimeMs > KEEP_OLD_MS;
    if (isOld) rmSync(path, { recursive: true, force: true });
  }
}

async function compress(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const file of files) {
    if (!file.isFile() || !COMPRESSED.test(file.name)) continue;
    const path = join(file.parentPath, file.name);
    const bytes = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
    writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  }
}

function settle(unfinished, folder) {
  try {
    renameSync(unfinished, folder);
  } catch {
    // Another start has finished the same build in the meantime.
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function readPointer() {
  try {
    return JSON.parse(readFileSync(pointer, 'utf8')).folder;
  } catch {
    // Never built, or by a version that was cut off while it wrote: to be built.
    return undefined;
  }
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [
    ...sources(),
    join(root, 'package-lock.json'),
    join(root, 'scripts/build-console.mjs'),
  ]) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function sources() {
  return readdirSync(join(root, 'web'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name !== 'schema.ts')
    .map((file) => join(file.parentPath, file.name).replaceAll('\\', '/'))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !consoleIsBuilt()) await build();
