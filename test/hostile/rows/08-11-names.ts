/** What a resolver may be made to answer. Nothing is asked of a real one: the retriever is given these answers instead. */
export interface NameCase {
  readonly row: 8 | 9 | 10 | 11;
  readonly what: string;
  /** By lookup; the last goes on for ever. A code is a failure, `never` no answer at all. */
  readonly lookups: readonly (readonly string[] | 'ENOTFOUND' | 'EAI_AGAIN' | 'ESERVFAIL' | 'never')[];
  /** Cause by request, each on a connection of its own; `answered` where the connection went to this server. */
  readonly ends: readonly ('address' | 'dns' | 'timeout' | 'answered')[];
  /** Loopback may be asked here, because no public address is at hand; metadata services may not even then. */
  readonly isPrivateAllowed?: boolean;
  readonly note?: string;
}

const publicAddress = '93.184.216.34';

export const nameCases: readonly NameCase[] = [
  ...[
    '127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ].map((address): NameCase => ({ row: 8, what: `a name that leads to ${address}`, lookups: [[address]], ends: ['address'] })),
  ...['169.254.169.254', 'fd00:ec2::254', '168.63.129.16'].map(
    (address): NameCase => ({
      row: 8,
      what: `a name that leads to a metadata service, ${address}`,
      lookups: [[address]],
      ends: ['address'],
      isPrivateAllowed: true,
    }),
  ),
  { row: 8, what: 'a name that leads to something that is no address', lookups: [['127.0.0.1.']], ends: ['address'] },
  {
    row: 9,
    what: 'a public and a private address',
    lookups: [[publicAddress, '127.0.0.1']],
    ends: ['address'],
    note: 'any address that may not be asked refuses the name',
  },
  { row: 9, what: 'a private and a public address', lookups: [['127.0.0.1', publicAddress]], ends: ['address'] },
  {
    row: 9,
    what: 'a hundred public addresses, the last private',
    lookups: [[...new Array<string>(99).fill(publicAddress), '127.0.0.1']],
    ends: ['address'],
  },
  {
    row: 9,
    what: 'an allowed address beside a metadata service',
    lookups: [['127.0.0.1', '169.254.169.254']],
    ends: ['address'],
    isPrivateAllowed: true,
  },
  {
    row: 10,
    what: 'an address that changes behind the check: the one that was checked is asked, once per connection',
    lookups: [['127.0.0.1'], ['169.254.169.254']],
    ends: ['answered', 'address'],
    isPrivateAllowed: true,
  },
  {
    row: 10,
    what: 'an address that is refused, and public when asked again: each connection is checked anew',
    lookups: [['169.254.169.254'], ['127.0.0.1']],
    ends: ['address', 'answered'],
    isPrivateAllowed: true,
  },
  {
    row: 11,
    what: 'a chain of aliases that ends inside',
    lookups: [['10.0.0.53']],
    ends: ['address'],
    note: 'aliases are the resolver’s affair; what counts is where they end',
  },
  { row: 11, what: 'a loop of aliases', lookups: ['ESERVFAIL'], ends: ['dns'] },
  { row: 11, what: 'a name that is none', lookups: ['ENOTFOUND'], ends: ['dns'] },
  { row: 11, what: 'a resolver that has no answer now', lookups: ['EAI_AGAIN'], ends: ['dns'] },
  { row: 11, what: 'a name without address', lookups: [[]], ends: ['dns'] },
  { row: 11, what: 'a resolver that never answers', lookups: ['never'], ends: ['timeout'] },
];
