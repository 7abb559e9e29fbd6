import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from '../undici/index.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { isBlockedAddress } from './blocked-address.ts';
import { isBlockedPort } from './blocked-ports.ts';
import { portOf } from './parse-url.ts';
import type { Resolve, ResolvedAddress } from './types.ts';
import { kindOf } from './why-refused.ts';

export interface GuardedConnectorOptions {
  readonly allowed: AllowedHosts;
  readonly resolve?: Resolve | undefined;
  readonly connectTimeoutMs: number;
}

/** No connection stands: forbidden, closed, silent or unknown. Which one is for the log, never for the caller. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
}

/** The rules forbid it, whatever is there. `about` says why, to whoever gives an address to be stored. */
export class Forbidden extends ConnectFailure {
  readonly about: string;

  constructor(message: string, about: string) {
    super(message);
    this.about = about;
  }
}

/** The name has no address at this moment; nothing is known against it. */
export class NoAddress extends ConnectFailure {}

/**
 * A connector for undici that never opens a socket to a blocked address, unless the operator listed the host and port.
 * The check stands here, where the connection is made, so that no name can change its address in between (rebinding).
 */
export function createGuardedConnector(options: GuardedConnectorOptions): buildConnector.connector {
  const resolve = options.resolve ?? systemResolve;
  const build = (guarded: boolean) =>
    buildConnector({
      timeout: options.connectTimeoutMs,
      allowH2: false,
      lookup: lookupWith((hostname) => (guarded ? publicAddressesOf(hostname, resolve) : resolve(hostname))),
      // Typed for IPC connections too; without this the compiler takes the options for one of those.
      port: 0,
    });
  const toPublic = build(true);
  const toListed = build(false);

  return (target, callback) => {
    const port = portOf(target);
    if (options.allowed.has(target.hostname, port)) {
      return toListed(target, (...result) => callback(...failureOf(result)));
    }
    const refusal = refusalOf(target.hostname, port);
    if (refusal) return callback(refusal, null);
    return toPublic(target, (...result) => {
      const [, socket] = result;
      // Second wall: whatever made this connection, it is used only if its other end is public.
      if (socket && isBlockedAddress(socket.remoteAddress ?? '')) {
        socket.destroy();
        return callback(new ConnectFailure(`connected to a blocked address ${socket.remoteAddress}`), null);
      }
      return callback(...failureOf(result));
    });
  };
}

/** Throws ConnectFailure if the target may not be connected to now; resolves names to find out. */
export async function vetTarget(
  url: URL,
  { allowed, resolve = systemResolve }: GuardedConnectorOptions,
): Promise<void> {
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (allowed.has(hostname, portOf(url))) return;
  const refusal = refusalOf(hostname, portOf(url));
  if (refusal) throw refusal;
  if (isIP(hostname) === 0) await publicAddressesOf(hostname, resolve);
}

/** undici does not look up addresses that are written out, so these are checked here. */
function refusalOf(hostname: string, port: number): Forbidden | undefined {
  if (isIP(hostname) !== 0 && isBlockedAddress(hostname)) {
    return new Forbidden(`blocked address ${hostname}`, `${hostname} ${kindOf(hostname)}`);
  }
  if (!isBlockedPort(port)) return undefined;
  return new Forbidden(`blocked port ${port}`, `port ${port} is one of mail, databases and the like`);
}

/** All addresses of a name, or ConnectFailure if any of them is blocked: a name with a private side is not public. */
async function publicAddressesOf(hostname: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = await resolve(hostname);
  } catch (cause) {
    throw new NoAddress(`no address for ${hostname}`, { cause });
  }
  if (addresses.length === 0) throw new NoAddress(`no address for ${hostname}`);
  const blocked = addresses.find(({ address }) => isBlockedAddress(address));
  if (blocked) {
    const about = `${hostname} is the name of an address that is not of the public internet`;
    throw new Forbidden(`${hostname} has the blocked address ${blocked.address}`, about);
  }
  return addresses;
}

function lookupWith(resolve: Resolve): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) return callback(new ConnectFailure(`no address for ${hostname}`), '');
        return all ? callback(null, [...addresses]) : callback(null, first.address, first.family);
      },
      (cause: unknown) => callback(cause instanceof Error ? cause : new ConnectFailure(String(cause)), ''),
    );
  };
}

const systemResolve: Resolve = async (hostname) => {
  const addresses = await lookup(hostname, { all: true });
  return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

function failureOf(result: buildConnector.CallbackArgs): buildConnector.CallbackArgs {
  const [cause] = result;
  if (!cause) return result;
  return [cause instanceof ConnectFailure ? cause : new ConnectFailure(cause.message, { cause }), null];
}
