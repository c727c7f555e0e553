import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/**
 * Keeps requests that strangers ask for away from this machine and its network. What is let through is a list (global unicast
 * less what is set aside), after the special-purpose registries of IANA (RFC 6890); everything else is refused.
 */
export interface AddressGuard {
  /** What is wrong with a URL, before its name is looked up; undefined where nothing is. */
  complaintAbout(url: string): string | undefined;
  /** The address to connect to. Throws `AddressRefusedFault`, also where the name cannot be looked up. */
  addressOf(url: URL): Promise<CheckedAddress>;
}

export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** The address is not one that we connect to, or there is none. */
export class AddressRefusedFault extends Error {
  override readonly name = 'AddressRefusedFault';
}

export interface AddressGuardOptions {
  /** Private, loopback and link-local addresses, http and every port: for tests, and for receivers beside the product. */
  readonly allowPrivate: boolean;
  readonly resolve?: (hostname: string) => Promise<readonly { readonly address: string }[]>;
}

export function addressGuard({ allowPrivate, resolve = resolveAll }: AddressGuardOptions): AddressGuard {
  return {
    complaintAbout: (url) => complaintAbout(url, allowPrivate),
    async addressOf({ hostname }) {
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      const found = isIP(host) === 0 ? await resolve(host).catch(() => []) : [{ address: host }];
      const [first] = found;
      if (first === undefined) throw new AddressRefusedFault('the name of the host leads nowhere');
      // One that is refused says what kind of name it is: none of them is taken then.
      if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
        throw new AddressRefusedFault('the host is in a private or reserved network');
      }
      return { address: first.address, family: isIP(first.address) === 6 ? 6 : 4 };
    },
  };
}

const resolveAll = (hostname: string): Promise<readonly { readonly address: string }[]> =>
  lookup(hostname, { all: true, verbatim: true });

const LOWEST_FREE_PORT = 1024;

function complaintAbout(text: string, allowPrivate: boolean): string | undefined {
  if (!URL.canParse(text)) return 'it is no URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return 'it begins with https://';
  if (url.username !== '' || url.password !== '') return 'it holds no user and password';
  if (url.hash !== '') return 'it ends before a #';
  if (!allowPrivate && url.port !== '' && Number(url.port) < LOWEST_FREE_PORT) {
    return `its port is 443, or from ${LOWEST_FREE_PORT} on`;
  }
  return undefined;
}

/** Of IPv4: this network, private, shared (CGNAT), loopback, link-local with the clouds' metadata, protocols, documentation, benchmarks, multicast, reserved, broadcast. */
const SET_ASIDE_4 =
  '0/8 10/8 100.64/10 127/8 169.254/16 172.16/12 192.0.0/24 192.0.2/24 192.31.196/24 192.52.193/24 192.88.99/24 192.168/16 192.175.48/24 198.18/15 198.51.100/24 203.0.113/24 224/3';
/** A cloud's metadata under a public address. */
const METADATA_4 = ['168.63.129.16'];
/** Of global unicast IPv6: protocols with Teredo, documentation, 6to4, which hides an IPv4 address, documentation. */
const SET_ASIDE_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const refused = new BlockList();
for (const range of SET_ASIDE_4.split(' ')) {
  const [prefix = '', bits] = range.split('/');
  refused.addSubnet([...prefix.split('.'), '0', '0', '0'].slice(0, 4).join('.'), Number(bits), 'ipv4');
}
for (const address of METADATA_4) refused.addAddress(address, 'ipv4');
for (const range of SET_ASIDE_6) {
  const [prefix = '', bits] = range.split('/');
  refused.addSubnet(prefix, Number(bits), 'ipv6');
}

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

export function isPublicAddress(address: string): boolean {
  // A zone only stands behind addresses that reach no further than a link.
  if (address.includes('%')) return false;
  switch (isIP(address)) {
    case 4:
      return !refused.check(address, 'ipv4');
    case 6:
      return globalUnicast.check(address, 'ipv6') && !refused.check(address, 'ipv6');
    default:
      return false;
  }
}
