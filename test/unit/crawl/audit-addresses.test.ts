import { describe, expect, test } from 'vitest';
import { addressesOf, nextAddress } from '../../../src/crawl/audit/addresses.ts';

describe('where the front page of a domain is looked for', () => {
  test.each([
    ['site.example', ['https://site.example/', 'http://site.example/', 'https://www.site.example/', 'http://www.site.example/']],
    [
      'www.site.example',
      ['https://www.site.example/', 'http://www.site.example/', 'https://site.example/', 'http://site.example/'],
    ],
    [
      'site.example:8443',
      ['site.example:8443', 'www.site.example:8443'].flatMap(host => [`https://${host}/`, `http://${host}/`]),
    ],
    // An address has no other name, and what is left of `www.example` would be no domain.
    ['192.0.2.1', ['https://192.0.2.1/', 'http://192.0.2.1/']],
    ['[2001:db8::1]', ['https://[2001:db8::1]/', 'http://[2001:db8::1]/']],
    ['www.example', ['https://www.example/', 'http://www.example/']],
    ['intranet', ['https://intranet/', 'http://intranet/']],
  ])('%s', (domain, addresses) => {
    expect(addressesOf(domain)).toEqual(addresses);
  });

  test.each([['site.example'], ['www.site.example'], ['www.site.example:8443']])(
    'each of the addresses of %s leads to the next',
    domain => {
      const [first = '', ...rest] = addressesOf(domain);
      let url: string | undefined = first;
      for (const expected of rest) {
        url = nextAddress(url ?? '');
        expect(url).toBe(expected);
      }
    },
  );

  test.each([['https://site.example/en/'], ['http://site.example/?a=1']])('%s is no front page and leads nowhere', url => {
    expect(nextAddress(url)).toBeUndefined();
  });
});
