import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, test } from 'vitest';
import { readAuditList } from '../../src/audit/index.ts';
import { rowReader } from '../../src/audit/list/columns.ts';
import { entriesOfParquet } from '../../src/audit/list/parquet.ts';
import { tableReader } from '../../src/audit/list/records.ts';
import type { AuditEntry } from '../../src/store/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-list-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(content: string | Uint8Array, where: 'file' | 'standard input' = 'file') {
  const path = join(folder, `list-${Math.random()}`);
  writeFileSync(path, content);
  const chunks = Readable.from([...content].length > 9 ? [content.slice(0, 3), content.slice(3)] : [content]);
  const bad: string[] = [];
  const onBad = (_file: string, line: number, what: string): void => void bad.push(`${line}: ${what}`);
  const list = readAuditList({ named: [], files: [where === 'file' ? path : '-'], standardInput: chunks, onBad });
  const entries: AuditEntry[] = [];
  for await (const entry of list.entries) entries.push(entry);
  return { entries, bad, tokensFrom: list.tokensFrom, badWeights: list.badWeights };
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
    // Behind the host a URL may say anything.
    ['https://site.example/@user/a b', 'site.example'],
    ['http://site.example?q=x y', 'site.example'],
    ['site.example/photo@2x.png', 'site.example'],
    ['https:/site.example/', 'site.example'],
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
    expect((await read(`${text}\na.example\n`)).entries).toEqual([
      { asked: text, why: 'no-host' },
      { asked: 'a.example', domain: 'a.example' },
    ]);
  });
});

test('a user name and a password in a URL are not written down', async () => {
  expect((await read('https://me:secret@site.example/a\nhttp://me@site.example:81\n')).entries).toEqual([
    { asked: 'https://userinfo-removed@site.example/a', domain: 'site.example' },
    { asked: 'http://userinfo-removed@site.example:81/', domain: 'site.example:81' },
  ]);
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

  test.each([
    ['semicolons, as spreadsheets write them where the comma is that of numbers', 'rank;domain\n1;a.example\n7;b.example\n'],
    ['without names', '1;a.example\n7;b.example\n'],
    ['with quotes', '\ufeff"Domain";"Owner, name";"Rank"\r\n"a.example";"A; ""B"", C";1\r\nb.example;"x\r\ny";7\r\n'],
  ])('%s', async (_what, list) => {
    expect((await read(list)).entries).toEqual([
      { asked: 'a.example', domain: 'a.example', rank: 1 },
      { asked: 'b.example', domain: 'b.example', rank: 7 },
    ]);
  });

  test('a semicolon within a URL separates nothing', async () => {
    expect(await domains('https://a.example/x;y=1,note\n7,b.example\n')).toEqual(['a.example', 'b.example']);
  });

  test('named columns with weights', async () => {
    expect((await read('host\tdocuments\ttokens\na.example\t3\t900\n')).entries).toEqual([
      { asked: 'a.example', domain: 'a.example', documents: 3, tokens: 900, isAdded: true },
    ]);
  });

  test.each<[what: string, rows: readonly string[], entries: readonly unknown[]]>([
    [
      'documents that name their domain, too, are at the host of their URL',
      ['{"domain":"a.example","url":"https://blog.a.example/1","text":"one two"}', '{"domain":"a.example","text":"three"}'],
      [
        { domain: 'blog.a.example', documents: 1, tokens: 2, isAdded: true },
        { domain: 'a.example', documents: 1, tokens: 1, isAdded: true },
      ],
    ],
    [
      'so are those whose tokens are counted',
      ['{"domain":"a.example","url":"https://blog.a.example/1","tokens":5}'],
      [{ domain: 'blog.a.example', documents: 1, tokens: 5, isAdded: true }],
    ],
    [
      'documents that keep their URL among their metadata',
      [
        '{"text":"one two","metadata":{"url":"https://a.example/1"}}',
        '{"id":"x","meta":{"url":"https://b.example/"},"tokens":4}',
      ],
      [
        { domain: 'a.example', documents: 1, tokens: 2, isAdded: true },
        { domain: 'b.example', documents: 1, tokens: 4, isAdded: true },
      ],
    ],
    [
      'a list with a URL beside each domain has no weights',
      ['{"domain":"a.example","url":"https://elsewhere.example/a"}'],
      [{ domain: 'a.example' }],
    ],
    [
      'weights of a list belong to the domain, under whatever form it is named',
      ['{"origin":"https://a.example","documents":5}', '{"origin":"http://A.example","documents":3}'],
      [
        { domain: 'a.example', documents: 5, isAdded: true },
        { domain: 'a.example', documents: 3, isAdded: true },
      ],
    ],
  ])('%s', async (_what, rows, expected) => {
    const { entries } = await read(`${rows.join('\n')}\n`);
    expect(entries.map(({ asked: _, ...entry }) => entry)).toEqual(expected);
  });

  test.each([
    ['as it is', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
    ['zstd', (text: string) => zstdCompressSync(text)],
  ])('JSON Lines of a corpus, %s, from a file and from standard input', async (_name, pack) => {
    const lines =
      '{"url":"https://a.example/1","text":"three words here"}\n{"url":"https://a.example/2","token_count":50,"text":"x"}\nbroken\n{"text":"y"}\n{"url":null,"tokens":7}\n{"url":"s3://a/b","tokens":9}';
    for (const where of ['file', 'standard input'] as const) {
      const { entries, tokensFrom } = await read(pack(lines), where);
      expect(entries.map(({ domain, documents, tokens, isAdded, why }) => ({ domain, documents, tokens, isAdded, why }))).toEqual(
        [
          { domain: 'a.example', documents: 1, tokens: 3, isAdded: true },
          { domain: 'a.example', documents: 1, tokens: 50, isAdded: true },
          { why: 'bad-line 3: it is no JSON object' },
          // What has no URL of a host weighs as much as what has one; all of it is one entry, and no text is its name.
          { why: 'no-host', documents: 3, tokens: 17 },
        ],
      );
      expect(entries.at(-1)?.asked).toBe('documents without the URL of a host');
      // One document's are counted, the others' are words.
      expect(tokensFrom).toBe('both');
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

  test('a part of a row group at a time, from pages that begin before it', async () => {
    const count = 400;
    const file = parquetWriteBuffer({
      columnData: [
        {
          name: 'Meta',
          data: Array.from({ length: count }, (_, at) => ({ url: `https://s${at}.example/${'x'.repeat(at % 90)}` })),
        },
        { name: 'Token_Count', data: Array.from({ length: count }, (_, at) => BigInt(at)), type: 'INT64' },
        { name: 'id', data: Array.from({ length: count }, (_, at) => `${at}`), type: 'STRING' },
      ],
      ...{ rowGroupSize: [300, 100], pageSize: 2_000 },
    });
    const path = join(folder, 'parts.parquet');
    writeFileSync(path, new Uint8Array(file));
    for (const octetsAtOnce of [3_000, 20_000, undefined]) {
      const found: unknown[] = [];
      for await (const { domain, tokens } of entriesOfParquet(path, rowReader(), octetsAtOnce)) found.push([domain, tokens]);
      expect(found).toEqual(Array.from({ length: count }, (_, at) => [`s${at}.example`, at]));
    }
  });

  test('weights that are no whole numbers are counted, since they count for nothing', async () => {
    const { entries, badWeights } = await read(
      'host;doc_count;total_tokens\na.example;3;"1.200"\nb.example;;-4\nc.example;2;12.0\n',
    );
    expect(entries.map(({ documents, tokens }) => [documents, tokens])).toEqual([
      [3, undefined],
      [undefined, undefined],
      [2, 12],
    ]);
    expect(badWeights).toBe(2);
  });

  test('a named pipe, whose writer comes and goes once', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writing = writeFile(pipe, 'domain,tokens\na.example,3\n');
    const list = readAuditList({ named: [], files: [pipe], standardInput: Readable.from([]) });
    const found: unknown[] = [];
    for await (const { domain, tokens } of list.entries) found.push([domain, tokens]);
    expect(found).toEqual([['a.example', 3]]);
    await writing;
  });

  test('what cannot be read is an error with the name of the file', async () => {
    await expect(read('PAR1', 'standard input')).rejects.toThrow(/standard input/);
    await expect(read('PAR1 and nothing that belongs to it')).rejects.toMatchObject({ code: 'ERR_AUDIT_LIST' });
    const missing = readAuditList({ named: [], files: [join(folder, 'nowhere')], standardInput: Readable.from([]) });
    await expect(missing.entries[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ERR_AUDIT_LIST' });
  });
});

const unclosed = 'a quote is not closed';
const broken = 'a quote is followed by something else than the end of its field';

describe('a line that cannot be read is an entry that is not asked, with its number, and the list goes on', () => {
  test.each<[name: string, list: string | Uint8Array, bad: readonly string[], hosts: readonly string[]]>([
    [
      'gzip of a line of 65 MiB',
      gzipSync(`${'a'.repeat(65 * 2 ** 20)}\nc.example\n`, { level: 1 }),
      ['1: it is too long'],
      ['c.example'],
    ],
    ['a quote that is not closed', 'a.example\n"b.example\nc.example\n', [`2: ${unclosed}`], ['a.example', 'c.example']],
    ['in the first line', '"a.example\nb.example\n', [`1: ${unclosed}`], ['b.example']],
    ['in the last line', '1,a.example\n2,"b.example\n', [`2: ${unclosed}`], ['a.example']],
    ['after lines that are none', '# list\n\n\na.example\n\n"b\nc.example\n', [`6: ${unclosed}`], ['a.example', 'c.example']],
    [
      'two that would close each other',
      '"a.example\n"b.example\nc.example\n',
      [`1: ${unclosed}`, `2: ${unclosed}`],
      ['c.example'],
    ],
    ['a quote that closes too early', '"a"b.example\nc.example\n', [`1: ${broken}`], ['c.example']],
    ['white space that is none in a table', '"a.example"\u00a0,1\n"c.example"\n', ['1: it is no line of a table'], ['c.example']],
    ['with line ends of every kind', 'a.example\r\n"b\r\nc.example\r\n', [`2: ${unclosed}`], ['a.example', 'c.example']],
    ['with the oldest ones', 'a.example\r"b\rc.example\r', [`2: ${unclosed}`], ['a.example', 'c.example']],
    ['in a table', 'rank,domain\n1,a.example\n2,"b.example\n3,c.example\n', [`3: ${unclosed}`], ['a.example', 'c.example']],
    ['many in a table', `domain\n${'"b.example\n'.repeat(50)}c.example\n`, [...fifty()], ['c.example']],
    [
      'JSON that is none',
      '{"domain":"a.example"}\n{"domain":\n{"domain":"c.example"}\n',
      ['2: it is no JSON object'],
      ['a.example', 'c.example'],
    ],
  ])('%s', async (_name, list, bad, hosts) => {
    const found = await read(list);
    expect(found.bad).toEqual(bad);
    expect(found.entries.flatMap(({ domain }) => domain ?? [])).toEqual(hosts);
    expect(found.entries.flatMap(({ why }) => why ?? [])).toEqual(bad.map(text => `bad-line ${text}`));
    expect(found.entries).toHaveLength(bad.length + hosts.length);
  });

  test('as the line is written', async () => {
    expect((await read('a.example\n  7,"b.example \n')).entries.at(-1)).toEqual({
      asked: '7,"b.example',
      why: `bad-line 2: ${unclosed}`,
    });
  });

  test('until the lines that would have to be read again are too many: then it is no table', () => {
    const table = tableReader(10_000);
    table.allowLineEnds();
    const readAll = (count: number): void => {
      for (let number = 1; number <= count; number++) table.read({ number, text: 'a","b' });
      table.end();
    };
    readAll(20);
    expect(table.take().map(({ bad }) => bad)).toEqual(Array.from({ length: 20 }, () => unclosed));
    expect(() => readAll(200)).toThrow(/at many before/);
  });

  function* fifty(): Generator<string> {
    // Each quote but the last is followed by the next line's, which is no end of a field.
    for (let line = 2; line <= 50; line++) yield `${line}: ${broken}`;
    yield `51: ${unclosed}`;
  }
});

describe('quotes that are as they should be', () => {
  test.each<[list: string, hosts: readonly string[]]>([
    ['"a.example"\n" b.example " , x\n', ['a.example', 'b.example']],
    ['7,"a.example"\n"8"\t"b.example"\n', ['a.example', 'b.example']],
    ['domain,note\na.example,"two\n\n# lines, ""quoted"""\n"b.example",x\n', ['a.example', 'b.example']],
    ['url,text\nhttps://a.example/,"one\r\n""two"" three"\nhttps://b.example/,x "y" z\n', ['a.example', 'b.example']],
  ])('%j', async (list, hosts) => {
    const { entries, bad } = await read(list);
    expect(bad).toEqual([]);
    expect(entries.map(({ domain }) => domain)).toEqual(hosts);
  });

  test('are read over the ends of what comes at a time, and with other lines around them', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => (at % 7 === 0 ? `${at},"s${at}.example"` : `${at},s${at}.example`));
    lines[1_234] = '"1234,s1234.example';
    const { entries, bad } = await read(`${lines.join('\n')}\n`);
    expect(bad).toEqual([`1235: ${unclosed}`]);
    expect(entries.map(({ rank, domain }) => domain && `${rank} ${domain}`)).toEqual(
      lines.map((_, at) => (at === 1_234 ? undefined : `${at} s${at}.example`)),
    );
  });

  test('UTF-16, as spreadsheets save it', async () => {
    const text = '\ufeff1\ta.example\r\n2\tb\u00fccher.example\r\n';
    expect(await domains(Buffer.from(text, 'utf16le'))).toEqual(['a.example', 'xn--bcher-kva.example']);
    expect(await domains(Buffer.from(text, 'utf16le').swap16())).toEqual(['a.example', 'xn--bcher-kva.example']);
  });
});

/** The header of one member. */
function tarOf(name: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write('0000644', 100);
  return header;
}

describe('a file that is no list, or not all of one, is an error', () => {
  const lines = Array.from({ length: 500 }, (_, at) => `${at},site${at * 7919}.example`).join('\n');
  test.each<[name: string, content: string | Uint8Array, says: RegExp]>([
    ['HTML', '<!doctype html>\n<p>a.example\n', /HTML/],
    ['HTML after a byte order mark and white space', '\ufeff\n <html>\n', /HTML/],
    ['a ZIP archive', Buffer.from('504b0304140000000800', 'hex'), /ZIP/],
    ['a tar archive', tarOf('list.csv'), /no text/],
    ['an image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /no text/],
    ['a JSON array', '[{"domain":"a.example"}]', /JSON array/],
    ['the same over several lines', '[\n  "a.example"\n]\n', /JSON array/],
    ['a table of other columns', 'Name,Besitzer\na.example,x\n', /names columns/],
    ['a corpus without URLs', '{"text":"one"}\n{"text":"two"}\n', /none of its 2 lines/],
    ['text', 'The sites we mean are\nthese here, and those\n', /none of its 2 lines/],
    ['gzip that was cut off', gzipSync(lines).subarray(0, 900), /unexpected end/],
    ['zstd that was cut off', zstdCompressSync(lines).subarray(0, 900), /./],
    [
      'a table that was cut off within quotes',
      'domain,note\na.example,x\nb.example,"begun and',
      /ends within the quotes that line 3 opens/,
    ],
    ['a list that was cut off within quotes', 'a.example\n"b.exam', /line 2/],
    ['JSON Lines that were cut off', '{"domain":"a.example"}\n{"domain":"b.ex', /ends within line 2/],
  ])('%s', async (_name, content, says) => {
    const failed = read(content);
    await expect(failed).rejects.toMatchObject({ code: 'ERR_AUDIT_LIST', exitCode: 2 });
    await expect(failed).rejects.toThrow(says);
  });
});
