import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveSites } from '../../src/cli/demo/serve-sites.ts';
import { temporaryFolder } from './run-heed.ts';

function siteFolder(site: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'one'));
  for (const [name, text] of Object.entries({ 'site.json': site, ...files })) writeFileSync(join(folder, 'one', name), text);
  return folder;
}

interface Answered {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

const ask = (port: number, host: string, path: string, method = 'GET'): Promise<Answered> =>
  new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, method, headers: { host } }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', chunk => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], body }));
    })
      .on('error', reject)
      .end();
  });

test('files are served at their paths, site.json overrides them, and nothing else is there', async () => {
  const responses = {
    '/gone.html': { status: 410, body: 'gone' },
    '/alias': { file: 'page.html', headers: [['X-Robots-Tag', 'noai']] },
    '/latin': { file: 'page.html', headers: [['content-type', 'text/html; charset=latin1']] },
  };
  const site = JSON.stringify({ host: 'one.test', title: 'One', responses });
  const web = await serveSites(siteFolder(site, { 'index.html': '<p>home', 'page.html': '<p>page' }));
  onTestFinished(() => web.close());
  const html = 'text/html; charset=utf-8';
  const text = 'text/plain; charset=utf-8';
  expect(web.seeds).toEqual(['http://one.test/']);
  expect(await ask(web.port, 'one.test', '/')).toEqual({ status: 200, type: html, body: '<p>home' });
  expect(await ask(web.port, 'ONE.test:80', '/page.html?a=b')).toEqual({ status: 200, type: html, body: '<p>page' });
  expect(await ask(web.port, 'one.test', '/alias')).toEqual({ status: 200, type: html, body: '<p>page' });
  expect(await ask(web.port, 'one.test', '/latin')).toMatchObject({ type: 'text/html; charset=latin1' });
  expect(await ask(web.port, 'one.test', '/gone.html')).toEqual({ status: 410, type: text, body: 'gone' });
  expect(await ask(web.port, 'one.test', '/page.html', 'HEAD')).toEqual({ status: 200, type: html, body: '' });
  expect(await ask(web.port, 'one.test', '/page.html', 'POST')).toMatchObject({ status: 405, body: '' });
  for (const path of ['/site.json', '/../one/site.json', '/%2e%2e/one/page.html', '/nothing']) {
    expect(await ask(web.port, 'one.test', path)).toMatchObject({ status: 404 });
  }
  expect(await ask(web.port, 'two.test', '/')).toMatchObject({ status: 404 });
  expect(web.requestLog[1]).toMatchObject({ method: 'GET', host: 'one.test:80', path: '/page.html?a=b' });
});

test.each([
  ['is not there', 'ERR_SITES_UNREADABLE', () => '/no/such/folder'],
  ['has broken JSON', 'ERR_SITE_INVALID', () => siteFolder('{')],
  ['names a host outside .test', 'ERR_SITE_INVALID', () => siteFolder('{"host":"site.example","title":"x"}')],
  ['has an unknown key', 'ERR_SITE_INVALID', () => siteFolder('{"host":"a.test","title":"x","titel":"x"}')],
  [
    'names a file that is not there',
    'ERR_SITE_INVALID',
    () => siteFolder('{"host":"a.test","title":"x","responses":{"/":{"file":"x"}}}'),
  ],
])('a folder that %s is refused with a coded error', async (_what, code, folder) => {
  await expect(serveSites(folder())).rejects.toMatchObject({ code });
});
