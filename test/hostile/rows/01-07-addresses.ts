import type { HostileCase, Row } from '../case.ts';

/** The hosts are written with the port of the server, so that whoever connects in spite of all is seen doing it. */
const addresses = (
  row: number,
  hosts: readonly string[],
  ends: HostileCase['ends'] = 'refused.address',
): readonly HostileCase[] =>
  hosts.map((host, index) => ({
    id: `r${row}-${index}`,
    what: `a link to ${host}`,
    url: `http://${host}:{port}/r${row}-${index}`,
    isAddress: true,
    ends,
  }));

export const addressRows: readonly Row[] = [
  {
    row: 1,
    title: 'loopback by name',
    cases: addresses(1, ['127.0.0.1', '127.255.0.1', 'localhost', 'localhost.', 'LOCALHOST', 'x.localhost']),
  },
  {
    row: 2,
    title: 'loopback as a number',
    cases: addresses(2, ['2130706433', '0x7f.1', '0x7f000001', '0177.0.0.1', '127.1', '0', '0.0.0.0']),
  },
  {
    row: 3,
    title: 'loopback in other digits',
    cases: addresses(3, ['①②⑦.0.0.1', '１２７．０．０．１', '127。0。0。1', '%31%32%37.0.0.1']),
  },
  {
    row: 4,
    title: 'loopback in IPv6 clothes',
    cases: addresses(4, [
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::]',
      '[2001:0:7f00:1::1]',
      '[::ffff:0:7f00:1]',
    ]),
  },
  {
    row: 5,
    title: 'IPv6 that is not the public network',
    cases: addresses(5, [
      '[fe80::1]',
      '[fc00::1]',
      '[fdff::1]',
      '[fec0::1]',
      '[ff02::1]',
      '[100::1]',
      '[2001:db8::1]',
      '[3fff::1]',
      '[5f00::1]',
      '[4000::1]',
    ]),
  },
  {
    row: 6,
    title: 'where clouds answer questions about the machine',
    cases: addresses(6, [
      '169.254.169.254',
      '169.254.170.2',
      '[fd00:ec2::254]',
      '[fd20:ce::254]',
      '100.100.100.200',
      '192.0.0.192',
      '168.63.129.16',
      'metadata',
      'metadata.google.internal',
      'METADATA.GOOGLE.INTERNAL.',
      'instance-data.ec2.internal',
    ]),
  },
  {
    row: 7,
    title: 'IPv4 that is not the public network',
    cases: addresses(7, [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '100.64.0.1',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '169.254.0.1',
    ]),
  },
];
