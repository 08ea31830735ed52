import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFault, checkedAddress, urlFault } from '../../../lib/connectors/webhook/guard.ts';

const NOTHING = { networks: [], local: false };

/**
 * Not globally reachable, from https://www.iana.org/assignments/iana-ipv4-special-registry and
 * https://www.iana.org/assignments/iana-ipv6-special-registry, written down here a second time on purpose.
 */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
];
const SPECIAL_V6 = [
  '::/128',
  '::1/128',
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  'fd00:ec2::254/128',
];

/** An IPv6 text as 128 bits, by the URL parser of this machine, which writes every spelling the same way. */
function bitsOf(text: string): bigint {
  if (!text.includes(':')) return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

function textOf(bits: bigint, version: 4 | 6): string {
  const width = version === 4 ? 8n : 16n;
  const count = version === 4 ? 4n : 8n;
  const parts = Array.from(
    { length: Number(count) },
    (_, at) => (bits >> (width * (count - 1n - BigInt(at)))) & ((1n << width) - 1n),
  );
  return version === 4 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
}

function rangeOf(network: string): { readonly version: 4 | 6; readonly base: bigint; readonly free: bigint } {
  const [base = '', bits = '0'] = network.split('/');
  const version = base.includes(':') ? 6 : 4;
  return { version, base: bitsOf(base), free: BigInt((version === 6 ? 128 : 32) - Number(bits)) };
}

const isSpecial = (text: string): boolean =>
  [...SPECIAL_V4, ...SPECIAL_V6].map(rangeOf).some(({ version, base, free }) => {
    return (version === 6) === text.includes(':') && bitsOf(text) >> free === base >> free;
  });

describe('the guard on addresses', () => {
  it.each([...SPECIAL_V4, ...SPECIAL_V6])('refuses every address of %s', (network) => {
    const { version, base, free } = rangeOf(network);
    const inside = fc.bigInt({ min: 0n, max: (1n << free) - 1n }).map((low) => base + low);

    fc.assert(
      fc.property(inside, (bits) => {
        expect(addressFault(textOf(bits, version), NOTHING)).toBeDefined();
        if (version === 4) expect(addressFault(`::ffff:${textOf(bits, 4)}`, NOTHING)).toBeDefined();
      }),
    );
  });

  it('lets nothing through that is not global, however it is spelt', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        if (isSpecial(text)) expect(addressFault(text, NOTHING)).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['1.1.1.1', '52.94.236.248', '2606:4700:4700::1111', '2600:1f18::1'])('lets %s through', (text) => {
    expect(addressFault(text, NOTHING)).toBeUndefined();
  });

  it.each(['0x7f.1', '2130706433', '127.1', '0177.0.0.1', 'fe80::1%eth0', 'localhost', ''])(
    'takes %j for no address',
    (text) => {
      expect(addressFault(text, NOTHING)).toBe('is not an address');
    },
  );

  it('opens a private network that the settings name, and nothing beside it', () => {
    const allowed = { networks: ['10.1.0.0/16', 'fd12::/16'], local: false };

    expect(addressFault('10.1.2.3', allowed)).toBeUndefined();
    expect(addressFault('fd12::1', allowed)).toBeUndefined();
    expect(addressFault('10.2.0.1', allowed)).toBe('is in a private network');
  });

  it('keeps metadata, link-local and loopback addresses closed whatever network is named', () => {
    const all = { networks: ['0.0.0.0/0', '::/0'], local: false };

    for (const text of ['169.254.169.254', '127.0.0.1', '::1', 'fd00:ec2::254', 'fd20:ce::254', 'fe80::1']) {
      expect(addressFault(text, all), text).toBeDefined();
    }
    for (const text of ['100.100.100.200', '192.0.0.192', '168.63.129.16', '::ffff:10.0.0.1', '224.0.0.1']) {
      expect(addressFault(text, all), text).toBeDefined();
    }
  });

  it('opens this machine only where the settings say local', () => {
    expect(addressFault('127.0.0.1', { networks: [], local: true })).toBeUndefined();
    expect(addressFault('::1', { networks: [], local: true })).toBeUndefined();
    expect(addressFault('169.254.169.254', { networks: [], local: true })).toBeDefined();
  });
});

describe('the guard on URLs', () => {
  it.each([
    ['http://automation.example.com/', /https/],
    ['ftp://automation.example.com/', /https/],
    ['file:///etc/passwd', /https/],
    ['https://user:word@automation.example.com/', /user name/],
    ['https://automation.example.com:22/', /port/],
    ['https://automation.example.com/#x', /fragment/],
    ['https://169.254.169.254/latest/meta-data', /linkLocal/],
    ['https://2852039166/', /linkLocal/],
    ['https://0x7f.1/', /loopback/],
    ['https://[::ffff:169.254.169.254]/', /ipv4Mapped/],
    ['https://[64:ff9b::a9fe:a9fe]/', /rfc6052/],
    ['http://127.0.0.1/', /loopback/],
    ['nonsense', /not a URL/],
  ])('refuses %s', (url, why) => {
    expect(urlFault(url, NOTHING)).toMatch(why);
  });

  it('allows plain HTTP to this machine only, and only where the settings say local', () => {
    expect(urlFault('http://127.0.0.1:8080/', { networks: [], local: true })).toBeUndefined();
    expect(urlFault('http://automation.example.com/', { networks: [], local: true })).toMatch(/https/);
    expect(urlFault('http://10.0.0.1/', { networks: ['10.0.0.0/8'], local: true })).toMatch(/https/);
  });
});

describe('looking a host up', () => {
  const url = 'https://automation.example.com/';

  it('asks once, and connects to what was checked', async () => {
    let asked = 0;
    const found = await checkedAddress(url, NOTHING, async () => {
      asked += 1;
      return [{ address: '1.1.1.1' }, { address: '2606:4700:4700::1111' }];
    });

    expect(found).toEqual({ address: '1.1.1.1', family: 4 });
    expect(asked).toBe(1);
  });

  it('refuses a host when any of its addresses is refused', async () => {
    const resolve = async () => [{ address: '1.1.1.1' }, { address: '169.254.169.254' }];

    await expect(checkedAddress(url, NOTHING, resolve)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('linkLocal'),
    });
  });

  it('asks no name server about a host that is an address', async () => {
    const resolve = async () => {
      throw new Error('asked');
    };

    await expect(checkedAddress('https://1.1.1.1/', NOTHING, resolve)).resolves.toMatchObject({ family: 4 });
  });

  it.each([
    ['fails', async () => Promise.reject(new Error('ENOTFOUND'))],
    ['knows no address', async () => []],
  ])('can be tried again when the name server %s', async (_what, resolve) => {
    await expect(checkedAddress(url, NOTHING, resolve)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
  });
});
