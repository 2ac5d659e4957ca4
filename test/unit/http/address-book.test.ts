import { describe, expect, test } from 'vitest';
import { createAddressBook } from '../../../src/http/index.ts';

function setUp(answers: Readonly<Record<string, readonly string[]>>, isEveryAddress = false) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const book = createAddressBook({
    resolveRules: [{ pattern: '*.mapped.test', address: '93.184.216.34', port: null }],
    isEveryAddress,
    lookup: async host => {
      asked.push(host);
      return answers[host] ?? Promise.reject(new Error('ENOTFOUND'));
    },
    now: () => clock.ms,
  });
  return { book, asked, clock };
}

describe('which machine a host is on', () => {
  test.each<[string, string, readonly string[], string | undefined]>([
    ['the address of its name', 'a.test', ['93.184.216.34'], '93.184.216.34'],
    ['the first of several', 'a.test', ['93.184.216.34', '1.1.1.1'], '93.184.216.34'],
    ['an IPv6 one by its /64, which is one customer’s', 'a.test', ['2606:4700:1:2:3:4:5:6'], '2606:4700:1:2::/64'],
    ['loopback is the operator’s own and not spared', 'a.test', ['127.0.0.1'], undefined],
    ['so is a private address', 'a.test', ['10.0.0.1'], undefined],
    ['a name that leads nowhere is on none', 'b.test', [], undefined],
    ['what --resolve says', 'x.mapped.test', ['1.1.1.1'], '93.184.216.34'],
    ['an address for a name', '93.184.216.34', [], '93.184.216.34'],
    ['in brackets', '[2606:4700:1:2::9]', [], '2606:4700:1:2::/64'],
  ])('%s', async (_, host, addresses, machine) => {
    const { book } = setUp({ 'a.test': addresses });
    expect(await book.machineOf(host)).toBe(machine);
    expect(book.knownMachine(host)).toBe(machine);
  });

  test('where a number was given, loopback and private addresses count too', async () => {
    expect(await setUp({ 'a.test': ['127.0.0.1'] }, true).book.machineOf('a.test')).toBe('127.0.0.1');
  });

  test('a name is asked once a minute, by us and by the connection alike; a failure sooner again', async () => {
    const { book, asked, clock } = setUp({ 'a.test': ['93.184.216.34'] });
    await book.machineOf('a.test');
    await book.lookup('a.test');
    await book.machineOf('b.test');
    await expect(book.lookup('b.test')).rejects.toThrow('ENOTFOUND');
    expect(asked).toEqual(['a.test', 'b.test']);
    clock.ms = 2_000;
    await book.machineOf('b.test');
    clock.ms = 60_000;
    await book.lookup('a.test');
    expect(asked).toEqual(['a.test', 'b.test', 'b.test', 'a.test']);
  });
});
