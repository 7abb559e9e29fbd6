// Bundles the server into one folder of JavaScript: it starts in half the time and takes a third less memory than
// hundreds of modules do. docs/decisions/0002-server-bundle.md has the figures.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** A bundle that is taken as it is: an image ships one, and its sources do not change. */
export const sealed = join(dist, 'sealed');

/** Stay packages: they hold native code, or are heavy and loaded by few. */
const EXTERNAL = [
  /^@node-rs\//,
  /^@modelcontextprotocol\//,
  'unpdf',
  'mammoth',
  'pg',
  /^@dbos-inc\//,
  'pino',
  'pino-pretty',
  '@pydantic/genai-prices',
  'jsonc-parser',
  'yaml',
];

/** The bundle's entry, if there is one of the sources as they are now, or a sealed one (seal-build.mjs). */
export function builtEntry() {
  if (existsSync(join(sealed, 'main.js'))) return join(sealed, 'main.js');
  const entry = join(dist, fingerprint(), 'main.js');
  return existsSync(entry) ? entry : undefined;
}

/** Keeps a build for as long as this process lives: its threads are loaded when they are needed, which may be days later. */
export function keepBuild(entry) {
  const folder = dirname(entry);
  const mark = join(folder, `${IN_USE}${process.pid}`);
  try {
    for (const { path, pid } of marksIn(folder)) if (!isAlive(pid)) rmSync(path, { force: true });
    writeFileSync(mark, '');
    process.on('exit', () => rmSync(mark, { force: true }));
  } catch {
    // A folder that is not ours to write is not ours to clear up either.
  }
}

const IN_USE = 'in-use.';

function marksIn(folder) {
  const marks = readdirSync(folder).filter((name) => name.startsWith(IN_USE));
  return marks.map((name) => ({ path: join(folder, name), pid: Number(name.slice(IN_USE.length)) }));
}

function isInUse(folder) {
  return marksIn(folder).some(({ pid }) => isAlive(pid));
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Does nothing where the bundler is not installed (without development dependencies): the sources run as well. */
async function build() {
  const rolldown = await import('rolldown').catch(() => undefined);
  if (!rolldown) return;
  const folder = join(dist, fingerprint());
  const unfinished = `${folder}.${process.pid}`;
  await rolldown.build({
    input: { main: join(root, 'src/main.ts'), ...threads() },
    platform: 'node',
    external: EXTERNAL,
    tsconfig: false,
    logLevel: 'silent',
    plugins: [lightHttp, ascii],
    output: {
      dir: unfinished,
      format: 'esm',
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      sourcemap: 'hidden',
    },
  });
  settle(unfinished, folder);
}

/**
 * An ES import of node:http reads every export of it, and three of them are getters that load Node's own undici and
 * HTTP/2: 15 MB and 30 ms for what nobody here calls. The module itself is the same without them.
 */
const lightHttp = {
  name: 'light-http',
  resolveId: (id) => (id === 'node:http' || id === 'http' ? '\0node:http' : undefined),
  load(id) {
    if (id !== '\0node:http') return undefined;
    const names = Object.keys(process.getBuiltinModule('node:http')).filter((name) => !NOT_OF_HTTP.has(name));
    return `const http = process.getBuiltinModule('node:http');
      export default http;
      export const { ${names.join(', ')} } = http;`;
  },
};
const NOT_OF_HTTP = new Set(['WebSocket', 'CloseEvent', 'MessageEvent']);

/** V8 keeps the source of a large chunk with two bytes a character as soon as one of them is not ASCII. */
const ascii = {
  name: 'ascii',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escapeUnit);
    }
  },
};

function escapeUnit(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Whoever builds first wins; older builds go, unless a server runs from them. */
function settle(unfinished, folder) {
  try {
    renameSync(unfinished, folder);
  } catch {
    // Another start has finished the same build in the meantime.
    rmSync(unfinished, { recursive: true, force: true });
  }
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    const isBuild = /^[0-9a-f]{16}$/.test(name);
    const isOld = isBuild && path !== folder && Date.now() - statSync(path).mtimeMs > 60_000;
    if (isOld && !isInUse(path)) rmSync(path, { recursive: true, force: true });
  }
}

function threads() {
  const files = sources().filter((path) => path.endsWith('-worker.ts'));
  return Object.fromEntries(files.map((path) => [path.slice(path.lastIndexOf('/') + 1, -3), path]));
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [
    ...sources(),
    join(root, 'package-lock.json'),
    join(root, 'scripts/build-server.mjs'),
  ]) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function sources() {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts') && !file.name.endsWith('.test.ts'))
    .map((file) => join(file.parentPath, file.name).replaceAll('\\', '/'))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !builtEntry()) await build();
