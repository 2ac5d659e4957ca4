import { describe, expect, test } from 'vitest';
import { selectorOf, selectorOfLine } from '../../../src/upkeep/index.ts';

const text = 'A1'.repeat(32);

describe('what a request names', () => {
  test.each<[Parameters<typeof selectorOf>[0], string, string]>([
    ['url', ' HTTPS://Site.Example:443/a#part ', 'https://site.example/a'],
    ['prefix', 'https://site.example', 'https://site.example/'],
    ['origin', 'https://site.example/a?b', 'https://site.example:443'],
    ['domain', 'Site.Example.', 'site.example'],
    ['domain', 'www.site.example', 'www.site.example'],
    ['domain', 'somebody.github.io', 'somebody.github.io'],
    ['domain', 'münchen.example', 'xn--mnchen-3ya.example'],
    ['domain', 'localhost', 'localhost'],
    ['domain', '127.0.0.1', '127.0.0.1'],
    ['domain', '[::1]', '[::1]'],
    ['digest', text, text.toLowerCase()],
    ['digest', `sha256:${text}`, text.toLowerCase()],
  ])('%s %s is looked for as URLs and digests are recorded', (kind, given, value) => {
    expect(selectorOf(kind, given)).toEqual({ kind, value });
    expect(selectorOfLine(`${kind} ${given.trim()}`)).toEqual({ kind, value });
  });

  test('a line without a kind is a URL', () => {
    expect(selectorOfLine('  https://site.example/a b ')).toEqual({ kind: 'url', value: 'https://site.example/a%20b' });
  });

  test.each<[Parameters<typeof selectorOf>[0], string, string]>([
    ['url', 'site.example/a', 'no absolute URL'],
    ['url', 'ftp://site.example/a', 'not of the web'],
    ['prefix', '', 'everything begins with nothing'],
    ['origin', 'site.example', 'no URL'],
    ['domain', 'com', 'all of com'],
    ['domain', 'co.uk', 'a public suffix'],
    ['domain', 'github.io', 'a hosting service'],
    ['domain', 'https://site.example/', 'a URL'],
    ['domain', 'site.example/a', 'with a path'],
    ['domain', 'site.example:8080', 'with a port'],
    ['domain', 'me@site.example', 'with a name'],
    ['domain', '', 'nothing'],
    ['digest', text.slice(1), 'too short'],
    ['digest', `${text}00`, 'too long'],
    ['digest', text.replace('A', 'g'), 'not hexadecimal'],
  ])('%s `%s` is refused (%s): nobody’s pages go, or stay, by a slip', (kind, given) => {
    expect(() => selectorOf(kind, given)).toThrow(expect.objectContaining({ code: 'ERR_SELECTOR', exitCode: 2 }));
  });
});
