import { addressGuard, AddressRefusedFault, isPublicAddress } from './address-guard';

const v4 = (...parts: readonly number[]): string => parts.join('.');

describe('S.2 the guard of addresses', () => {
  it.each([
    ['unspecified', v4(0, 0, 0, 0)],
    ['this network', v4(0, 1, 2, 3)],
    ['private', v4(10, 1, 2, 3)],
    ['private', v4(172, 16, 0, 1)],
    ['private', v4(172, 31, 255, 255)],
    ['private', v4(192, 168, 1, 1)],
    ['shared (CGNAT)', v4(100, 64, 0, 1)],
    ['shared, with the metadata of a cloud', v4(100, 100, 100, 200)],
    ['loopback', v4(127, 0, 0, 1)],
    ['loopback', v4(127, 255, 255, 254)],
    ['link-local', v4(169, 254, 1, 1)],
    ['metadata of the clouds', v4(169, 254, 169, 254)],
    ['metadata of a cloud', v4(168, 63, 129, 16)],
    ['protocol assignments', v4(192, 0, 0, 192)],
    ['documentation', v4(192, 0, 2, 1)],
    ['benchmarks', v4(198, 19, 0, 1)],
    ['multicast', v4(224, 0, 0, 1)],
    ['reserved', v4(240, 0, 0, 1)],
    ['broadcast', v4(255, 255, 255, 255)],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped public', '::ffff:8.8.8.8'],
    ['IPv4-compatible', '::7f00:1'],
    ['translated (NAT64)', '64:ff9b::a00:1'],
    ['link-local', 'fe80::1'],
    ['link-local with its zone', 'fe80::1%eth0'],
    ['unique local', 'fd00::1'],
    ['metadata of a cloud', 'fd00:ec2::254'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['6to4 of a private address', '2002:a00:1::'],
    ['Teredo', '2001:0:53aa:64c::1'],
    ['documentation', '2001:db8::1'],
    ['no address', 'localhost'],
  ])('refuses %s %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    v4(8, 8, 8, 8),
    v4(172, 15, 255, 255),
    v4(172, 32, 0, 0),
    v4(100, 128, 0, 0),
    v4(223, 255, 255, 1),
    '2606:4700::1111',
    '2a00::1',
  ])('lets %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['http://example.com/', 'it begins with https://'],
    ['ftp://example.com/', 'it begins with https://'],
    ['https://me:secret@example.com/', 'it holds no user and password'],
    ['https://example.com/#part', 'it ends before a #'],
    ['https://example.com:22/', 'its port is 443, or from 1024 on'],
    ['example.com', 'it is no URL'],
  ])('has a complaint about %s', (url, complaint) => {
    expect(addressGuard({ allowPrivate: false }).complaintAbout(url)).toBe(complaint);
  });

  it.each(['https://example.com/', 'https://example.com:443/a?b=c', 'https://example.com:8443/'])(
    'has none about %s',
    (url) => {
      expect(addressGuard({ allowPrivate: false }).complaintAbout(url)).toBeUndefined();
    },
  );

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://localhost/',
  ])('finds out where %s leads, however it is written', async (url) => {
    await expect(addressGuard({ allowPrivate: false }).addressOf(new URL(url))).rejects.toThrow(AddressRefusedFault);
  });

  it('refuses a name of which one address of many is inside', async () => {
    const resolve = async (): Promise<readonly { address: string }[]> => [
      { address: v4(8, 8, 8, 8) },
      { address: v4(10, 0, 0, 1) },
    ];
    const guard = addressGuard({ allowPrivate: false, resolve });
    await expect(guard.addressOf(new URL('https://both.example/'))).rejects.toThrow(AddressRefusedFault);
  });

  it('lets everything through where that is allowed: what refuses is the guard and nothing else', async () => {
    const guard = addressGuard({ allowPrivate: true });
    expect(guard.complaintAbout('http://127.0.0.1:22/')).toBeUndefined();
    expect(await guard.addressOf(new URL('http://127.0.0.1:22/'))).toEqual({ address: '127.0.0.1', family: 4 });
  });
});
