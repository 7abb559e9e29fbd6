import { parseAllowedHosts } from './allowed-hosts.ts';
import { isBlockedAddress } from './blocked-address.ts';
import { createGuardedConnector } from './guarded-connector.ts';

const MUST_BE_BLOCKED = [
  '127.0.0.1',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:0:7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::7f00:1',
  '2001:0:7f00:1::',
  '2002:7f00:1::',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  'fe80::1%lo',
  'localhost',
  '',
];
const MUST_BE_PUBLIC = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'];

/**
 * Resolves only if the check of addresses works on this runtime; rejects otherwise, and then the server must not start:
 * the block lists rest on parts of Node whose behaviour has changed before.
 */
export async function assertGuardWorks(): Promise<void> {
  const open = MUST_BE_BLOCKED.filter((address) => !isBlockedAddress(address));
  const shut = MUST_BE_PUBLIC.filter((address) => isBlockedAddress(address));
  if (open.length > 0 || shut.length > 0) {
    throw new Error(
      `The guard of outgoing requests is broken. Open: ${open.join(' ')}. Shut: ${shut.join(' ')}.`,
    );
  }
  const connector = createGuardedConnector({
    allowed: parseAllowedHosts([]),
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    connectTimeoutMs: 1_000,
  });
  // Port 80 of this machine: refused before a packet is sent, whether anyone listens there or not.
  for (const hostname of ['127.0.0.1', '::1', 'rebound.invalid']) {
    const refused = await new Promise<boolean>((settle) => {
      connector({ hostname, protocol: 'http:', port: '80' }, (error, socket) => {
        socket?.destroy();
        settle(error?.name === 'ConnectFailure' && !('cause' in error));
      });
    });
    if (!refused) throw new Error(`The guard of outgoing requests is broken: it connects to ${hostname}.`);
  }
}
