import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heedInOneProcess } from './one-process.ts';
import { root, temporaryFolder } from './run-heed.ts';

const heed = heedInOneProcess();

const shipped = readFileSync(join(root, 'config/agents.json'), 'utf8');
const robots = JSON.stringify({
  NewTrainer: { operator: '[New](https://new.example)', function: 'AI Data Scrapers', description: '\u001b[31m' },
});

describe('heed agents', () => {
  test('list prints every agent, or those of a class', async () => {
    const all = JSON.parse((await heed(['agents', 'list', '--json'])).stdout);
    expect(all.agents).toEqual(JSON.parse(shipped).agents);
    const { stdout } = await heed(['agents', 'list', '--class', 'control-only']);
    expect(stdout).toMatch(/^Google-Extended +control-only +Google +2026-11-23 +ai\.robots\.txt/m);
    const wrong = await heed(['agents', 'list', '--class', 'trainer']);
    expect(wrong.stderr).toContain('ERR_USAGE');
    expect(wrong.code).toBe(2);
  });

  test('update prints a proposal and writes nothing but what --write names', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'robots.json'), robots);
    const told = await heed(['agents', 'update', '--from', 'robots.json', '--date', '2026-12-01'], { cwd });
    expect(told.stdout).toContain('+ NewTrainer (New): train, labelled `AI Data Scrapers`');
    expect(existsSync(join(cwd, 'new.json'))).toBe(false);
    const { code, stdout } = await heed(
      ['agents', 'update', '--from', 'robots.json', '--write', 'new.json', '--date', '2026-12-01', '--json'],
      { cwd },
    );
    const [patch] = JSON.parse(stdout).patch;
    const written = JSON.parse(readFileSync(join(cwd, 'new.json'), 'utf8'));
    expect(written.version).toBe('2026-12-01');
    expect(written.agents).toEqual(JSON.parse(shipped).agents.toSpliced(Number(patch.path.split('/')[2]), 0, patch.value));
    expect(readFileSync(join(root, 'config/agents.json'), 'utf8')).toBe(shipped);
    expect(code).toBe(0);
  });

  test('garbage gets a coded error', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'robots.json'), '{"a":');
    const { code, stderr } = await heed(['agents', 'update', '--from', 'robots.json'], { cwd });
    expect(stderr).toContain('ERR_AGENTS_FILE_INVALID');
    expect(code).toBe(3);
    const date = await heed(['agents', 'update', '--from', 'robots.json', '--date', 'soon'], { cwd });
    expect(date.stderr).toContain('ERR_DATE');
    expect(date.code).toBe(2);
  });
});
