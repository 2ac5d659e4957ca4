import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, test } from 'vitest';
import { readAuditList } from '../../src/audit/index.ts';
import type { AuditEntry } from '../../src/store/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-list-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(content: string | Uint8Array, where: 'file' | 'standard input' = 'file') {
  const path = join(folder, `list-${Math.random()}`);
  writeFileSync(path, content);
  const chunks = Readable.from([...content].length > 9 ? [content.slice(0, 3), content.slice(3)] : [content]);
  const list = readAuditList({ named: [], files: [where === 'file' ? path : '-'], standardInput: chunks });
  const entries: AuditEntry[] = [];
  for await (const entry of list.entries) entries.push(entry);
  return { entries, tokensFrom: list.tokensFrom };
}

const domains = async (content: string | Uint8Array): Promise<unknown[]> =>
  (await read(content)).entries.map(({ domain, why }) => domain ?? why);

describe('an entry of a list names a host', () => {
  test.each([
    ['site.example', 'site.example'],
    ['Site.EXAMPLE.', 'site.example'],
    ['https://site.example/a/b?c=1', 'site.example'],
    ['http://site.example:80/', 'site.example'],
    ['site.example:443', 'site.example'],
    ['site.example:8443', 'site.example:8443'],
    ['//site.example/x', 'site.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a_b.site.example', 'a_b.site.example'],
    ['192.0.2.7', '192.0.2.7'],
    ['[2001:db8::1]', '[2001:db8::1]'],
  ])('%s → %s', async (text, domain) => {
    expect(await domains(`${text}\n`)).toEqual([domain]);
  });

  test.each([
    ['not a host'],
    ['me@site.example'],
    ['ftp://site.example/'],
    ['*.site.example'],
    ['a..example'],
    ['1234'],
    ['-'],
    ['a'.repeat(64)],
  ])('%s is none, and is an entry all the same', async text => {
    expect((await read(`${text}\n`)).entries).toEqual([{ asked: text, why: 'no-host' }]);
  });
});

describe('a list comes in many forms', () => {
  test('lines with comments, empty lines, a byte order mark and CRLF', async () => {
    expect(
      await domains('\ufeff# my sites\r\na.example\r\n\r\nb.example # not a comment here\r\n#c.example\r\nd.example'),
    ).toEqual(['a.example', 'no-host', 'd.example']);
  });

  test('rank and domain, with a first line of names or without', async () => {
    const expected = [
      { asked: 'a.example', domain: 'a.example', rank: 1 },
      { asked: 'b.example', domain: 'b.example', rank: 7 },
    ];
    expect((await read('1,a.example\n7,b.example\n')).entries).toEqual(expected);
    expect((await read('rank,domain\n1,a.example\n7,b.example\n')).entries).toEqual(expected);
    expect((await read('"Domain","GlobalRank"\n"a.example","1"\n"b.example","7"\n')).entries).toEqual(expected);
  });

  test('named columns with weights', async () => {
    expect((await read('host\tdocuments\ttokens\na.example\t3\t900\n')).entries).toEqual([
      { asked: 'a.example', domain: 'a.example', documents: 3, tokens: 900 },
    ]);
  });

  test.each([
    ['as it is', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
    ['zstd', (text: string) => zstdCompressSync(text)],
  ])('JSON Lines of a corpus, %s, from a file and from standard input', async (_name, pack) => {
    const lines =
      '{"url":"https://a.example/1","text":"three words here"}\n{"url":"https://a.example/2","token_count":50,"text":"x"}\nbroken\n{"text":"y"}\n{"url":null,"tokens":7}';
    for (const where of ['file', 'standard input'] as const) {
      const { entries, tokensFrom } = await read(pack(lines), where);
      expect(entries.map(({ domain, documents, tokens, isAdded, why }) => ({ domain, documents, tokens, isAdded, why }))).toEqual(
        [
          { domain: 'a.example', documents: 1, tokens: 3, isAdded: true },
          { domain: 'a.example', documents: 1, tokens: 50, isAdded: true },
          { why: 'no-host' },
          // What has no URL weighs as much as what has one; all of it is one entry, and no text is its name.
          { why: 'no-host', documents: 2, tokens: 8 },
        ],
      );
      expect(entries.at(-1)?.asked).toBe('documents without a URL');
      expect(tokensFrom).toBe('words');
    }
  });

  test.each([['UNCOMPRESSED'], ['SNAPPY']] as const)(
    'Parquet of a corpus, %s: tokens of a column rather than words',
    async codec => {
      const file = parquetWriteBuffer({
        columnData: [
          { name: 'URL', data: ['https://a.example/1', 'https://a.example/2', 'https://b.example/'], type: 'STRING' },
          { name: 'text', data: ['one two', 'three', 'four'], type: 'STRING' },
          { name: 'token_count', data: [10, 20, 30], type: 'INT32' },
        ],
        codec,
      });
      const { entries, tokensFrom } = await read(new Uint8Array(file));
      expect(entries.map(({ domain, tokens, isAdded }) => ({ domain, tokens, isAdded }))).toEqual([
        { domain: 'a.example', tokens: 10, isAdded: true },
        { domain: 'a.example', tokens: 20, isAdded: true },
        { domain: 'b.example', tokens: 30, isAdded: true },
      ]);
      expect(tokensFrom).toBe('column');
    },
  );

  test('what cannot be read is an error with the name of the file', async () => {
    await expect(read('a.example\n"b.example\n')).rejects.toMatchObject({ code: 'ERR_AUDIT_LIST', exitCode: 2 });
    await expect(read('PAR1', 'standard input')).rejects.toThrow(/standard input/);
    await expect(read('PAR1 and nothing that belongs to it')).rejects.toMatchObject({ code: 'ERR_AUDIT_LIST' });
    const missing = readAuditList({ named: [], files: [join(folder, 'nowhere')], standardInput: Readable.from([]) });
    await expect(missing.entries[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ERR_AUDIT_LIST' });
  });
});
