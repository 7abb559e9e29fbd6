import { BlockList, isIP } from 'node:net';
import type { MusterError } from '../errors.ts';

/** What a blocked address is, in words for whoever gave it: nothing that its own spelling does not say. */
export function kindOf(address: string): string {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const kind = KINDS.find(({ list }) => isIP(address) !== 0 && list.check(address, family));
  return kind?.words ?? 'is no address of the public internet';
}

/** Why an address that is to be stored was refused by `vet`, and the way out, for behind the field's name. */
export function whyRefused({ details }: MusterError): string {
  return details.reason ?? 'cannot be looked up at this moment; try again';
}

const KINDS = [
  { words: 'is this server itself (a loopback address)', subnets: ['127.0.0.0/8', '::1/128'] },
  {
    words: 'is link-local, where clouds keep the credentials of their machines',
    subnets: ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32'],
  },
  {
    words: 'is a private address',
    subnets: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
  },
].map(({ words, subnets }) => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix = ''] = subnet.split('/');
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return { words, list };
});
