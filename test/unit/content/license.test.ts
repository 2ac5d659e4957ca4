import { describe, expect, test } from 'vitest';
import { scanPage } from '../../../src/content/index.ts';

const licensesOf = (markup: string) => scanPage(Buffer.from(markup), 'text/html', 'https://site.example/a/b').licenses;
const link = (href: string) => licensesOf(`<link rel=license href="${href}">`);

describe('a licence statement is recorded under its SPDX identifier', () => {
  test.each([
    ['https://creativecommons.org/licenses/by/4.0/', 'CC-BY-4.0'],
    ['http://www.creativecommons.org/licenses/by-sa/3.0/deed.de', 'CC-BY-SA-3.0'],
    ['https://creativecommons.org/licenses/by-nd-nc/1.0/', 'CC-BY-NC-ND-1.0'],
    ['https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode.fr', 'CC-BY-NC-SA-4.0'],
    ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0-1.0'],
    ['https://creativecommons.org/publicdomain/mark/1.0/', 'CC-PDM-1.0'],
    ['https://www.apache.org/licenses/LICENSE-2.0.html', 'Apache-2.0'],
    ['https://opensource.org/license/mit/', 'MIT'],
    ['https://opendatacommons.org/licenses/odbl/1-0/', 'ODbL-1.0'],
  ])('%s is %s', (href, id) => expect(link(href)).toEqual([id]));

  test.each([
    ['a port to one country’s law is another licence', 'https://creativecommons.org/licenses/by/3.0/de/'],
    ['GNU addresses do not say whether later versions may be chosen', 'https://www.gnu.org/licenses/fdl-1.3.html'],
    ['a licence that nobody lists', 'https://site.example/our-terms'],
    ['a host that only looks like Creative Commons', 'https://creativecommons.org.example/licenses/by/4.0/'],
  ])('unless that is not certain, then by its address: %s', (_why, href) => expect(link(href)).toEqual([href]));
});

test('terms of service are noted by their address and not read', () => {
  const scan = scanPage(
    Buffer.from('<a rel="nofollow terms-of-service" href="/agb#ai">AGB</a><link rel=terms-of-service href=/later>'),
    'text/html',
    'https://site.example/a/b',
  );
  expect(scan).toMatchObject({ termsOfService: 'https://site.example/agb', licenses: [] });
});

describe('licence statements are read', () => {
  test('from links, anchors, Dublin Core and schema.org, each once', () => {
    expect(
      licensesOf(`<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">
        <meta name="DCTERMS.license" content="CC BY 4.0"><meta name="dc.license" content=" All  rights reserved ">
        <script type="application/ld+json">{"@graph":[{"@type":"Article","license":{"@id":"https://creativecommons.org/publicdomain/zero/1.0/"}}]}</script>
        <a rel="nofollow license" href="/terms">terms</a>`),
    ).toEqual(['CC-BY-4.0', 'All rights reserved', 'CC0-1.0', 'https://site.example/terms']);
  });

  test('from damaged JSON-LD not at all, and never from scripts or comments', () => {
    expect(
      licensesOf(
        '<script type="application/ld+json">{"license":"x"</script><script>"license"</script><!-- <a rel=license href=/x> -->',
      ),
    ).toEqual([]);
    expect(licensesOf('<script type="application/ld+json">{"license":[1,null,{"url":2},{"url":"/ok"}]}</script>')).toEqual([
      'https://site.example/ok',
    ]);
  });

  test('even when they try to be long or nested', () => {
    expect(licensesOf(`<meta name=license content="${'x'.repeat(5000)}">`)[0]).toHaveLength(500);
    expect(licensesOf(`<script type="application/ld+json">${'['.repeat(60_000)}"license"</script>`)).toEqual([]);
  });
});
