import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from '../undici/index.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { isBlockedAddress } from './blocked-address.ts';
import { isBlockedPort } from './blocked-ports.ts';
import { portOf } from './parse-url.ts';
import type { Resolve, ResolvedAddress } from './types.ts';

export interface GuardedConnectorOptions {
  readonly allowed: AllowedHosts;
  readonly resolve?: Resolve | undefined;
  readonly connectTimeoutMs: number;
}

/** No connection stands: forbidden, closed, silent or unknown. Which one is for the log, never for the caller. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
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
    if (refusal !== undefined) return callback(new ConnectFailure(refusal), null);
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
  if (refusal !== undefined) throw new ConnectFailure(refusal);
  if (isIP(hostname) === 0) await publicAddressesOf(hostname, resolve);
}

/** undici does not look up addresses that are written out, so these are checked here. */
function refusalOf(hostname: string, port: number): string | undefined {
  if (isBlockedPort(port)) return `blocked port ${port}`;
  if (isIP(hostname) !== 0 && isBlockedAddress(hostname)) return `blocked address ${hostname}`;
  return undefined;
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
  if (blocked) throw new ConnectFailure(`${hostname} has the blocked address ${blocked.address}`);
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
