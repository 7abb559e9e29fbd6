import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const HTTP_PORT = 80;
/** The name is this machine's own: what takes longer is a resolver that does not answer. */
const LOOKUP_MS = 1_000;

/** The addresses of this machine's own name that a server listens on, by what it was told to listen on. */
const LOOPBACK: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '127.0.0.1': ['127.0.0.1'],
  '[::1]': ['::1'],
  '0.0.0.0': ['127.0.0.1'],
  '[::]': ['127.0.0.1', '::1'],
};

interface Surroundings {
  /** The addresses that `localhost` leads to. */
  resolve(): Promise<readonly string[]>;
  /** Whether another program listens there. */
  isTaken(host: string, port: number): Promise<boolean>;
}

/**
 * How people are told to reach a server that listens on `address`: as `localhost` wherever that is this server, since a
 * browser keeps its session by the name. Where the name leads to another program as well, or nowhere, by its number.
 */
export async function shownAddress(
  address: string,
  host: string,
  { resolve, isTaken }: Surroundings = machine,
): Promise<string> {
  const url = new URL(address);
  // Told to listen on the name, it has all that the name leads to.
  if (host === 'localhost') return address.replace(url.hostname, host);
  const own = LOOPBACK[url.hostname];
  if (!own) return address;
  const found = await resolve().catch(() => []);
  const others = found.filter((each) => !own.includes(each));
  const taken = await Promise.all(others.map((each) => isTaken(each, Number(url.port || HTTP_PORT))));
  const isOurs = others.length < found.length && !taken.includes(true);
  const [number] = own;
  return address.replace(url.hostname, isOurs ? 'localhost' : number.includes(':') ? `[${number}]` : number);
}

/** What it will be once the server listens, for who has to say it before. */
export function likelyAddress(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${Object.hasOwn(LOOPBACK, name) ? 'localhost' : name}:${port}`;
}

/** To listen there for a moment tells, without a call to whoever that is. */
export function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve('code' in error && error.code === 'EADDRINUSE'));
    probe.listen(port, host, () => probe.close(() => resolve(false)));
  });
}

const machine: Surroundings = {
  resolve: async () => {
    const found = lookup('localhost', { all: true });
    const late = sleep(LOOKUP_MS, [], { ref: false });
    return (await Promise.race([found, late])).map(({ address }) => address);
  },
  isTaken,
};
