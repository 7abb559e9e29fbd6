import { BlockList, isIP } from 'node:net';

/**
 * True unless the address is one of the public internet: also for what is no address at all. This list is the whole rule;
 * it follows the IANA special-purpose registries.
 */
export function isBlockedAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) only stands on addresses that are not public.
  switch (address.includes('%') ? 0 : isIP(address)) {
    case 4:
      return blockedV4.check(address, 'ipv4');
    case 6:
      return blockedV6.check(address, 'ipv6');
    default:
      return true;
  }
}

// Two lists: in a common one the rule for mapped addresses (::ffff:0:0/96) would match every IPv4 address.
const blockedV4 = listOf('ipv4', [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT, also the metadata address of some clouds
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, metadata
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
]);

// Public IPv6 is 2000::/3. The three blocks around it hold loopback, IPv4-mapped and -compatible forms, NAT64,
// unique-local, link-local and multicast.
const blockedV6 = listOf('ipv6', [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23], // protocol assignments: Teredo, ORCHID, benchmarks
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address in disguise
  ['3fff::', 20], // documentation
]);

function listOf(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
