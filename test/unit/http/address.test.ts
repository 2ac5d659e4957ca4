import { describe, expect, test } from 'vitest';
import { type AddressClass, classifyAddress } from '../../../src/http/index.ts';

/** IANA special-purpose registries, the clouds' own numbers, and the forms that classifiers were bypassed with. */
const table: readonly (readonly [AddressClass, ...string[]])[] = [
  [
    'public',
    '1.1.1.1',
    '93.184.216.34',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450::5',
  ],
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  [
    'private',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
    'fc00::1',
    'fd12:3456::1',
  ],
  ['link-local', '169.254.1.1', 'fe80::1', 'febf::1', 'fe80::1%eth0'],
  [
    'metadata',
    '169.254.169.254',
    '169.254.170.2',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'FD00:0EC2:0:0:0:0:0:0254',
  ],
  ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1'],
  ['reserved', '0.0.0.0', '0.1.2.3', '240.0.0.1', '255.255.255.255', '192.0.0.1', '198.18.0.1', '198.19.255.255', '192.88.99.1'],
  ['reserved', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  ['reserved', '::', '::127.0.0.1', '::8.8.8.8', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:0:7f00:1', '::ffff:0:0:7f00:1'],
  ['reserved', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2001::1', '2001:2::1', '2001:20::1'],
  ['reserved', '100::1', '100:0:0:1::1', '5f00::1', 'fec0::1', '4000::1', '1::1', 'e000::1'],
  [
    'reserved',
    '',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '0177.0.0.1',
    '1.2.3.4.5',
    '127.0.0.1.',
    '[::1]',
    ' 8.8.8.8',
    '8.8.8.8/0',
  ],
];

describe.each(table)('%s', (expected, ...addresses) => {
  test.each(addresses)('%s', address => {
    expect(classifyAddress(address)).toBe(expected);
  });
});
