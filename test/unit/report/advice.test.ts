import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { contradictionKinds } from '../../../src/assess/index.ts';
import { adviceOn, contradictionAdvice } from '../../../src/report/index.ts';
import { signalIds } from '../../../src/signals/index.ts';
import { vectorFiles } from '../../vectors/load.ts';

const folder = fileURLToPath(new URL('../../../src/signals/', import.meta.url));

const inVectors = vectorFiles.flatMap(({ cases }) => cases.flatMap(({ expect: { anomalies = [] } }) => anomalies));

/** Codes written out in the readers; a few are put together from a mechanism and an ending, and those are in the vectors. */
const inSources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .flatMap(file =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/'([a-z0-9-]+\.[a-z0-9-]+)'/g)].map(([, code = '']) => code),
  )
  .filter(code => !(signalIds as readonly string[]).includes(code) && !/\.(txt|json)$/.test(code));

const codes = [...new Set([...inVectors, ...inSources])].sort();

describe('advice', () => {
  test('there are codes to advise on', () => expect(codes.length).toBeGreaterThan(50));

  test.each(codes)('%s is explained, with a fix', code => {
    const advice = adviceOn(code);
    expect(advice, `src/report/advice-by-code.ts does not know \`${code}\``).toBeDefined();
    for (const sentence of [advice?.meaning, advice?.fix]) expect(sentence).toMatch(/^([A-Z`/]|[a-z]+\.(txt|json) ).*\.$/s);
    expect(advice?.meaning).not.toContain('{}');
  });

  test('a file that is refused is called a file: nobody refuses a reservation, and others may read it', () => {
    const meaning = adviceOn('tdmrep.access-refused')?.meaning;
    expect(meaning).toMatch(/^\/\.well-known\/tdmrep\.json is refused to this crawler/);
    expect(meaning).not.toMatch(/nobody|reservation/);
    expect(adviceOn('tdmrep.lenient-restriction')?.meaning).toContain('the TDM reservation');
  });

  test.each(contradictionKinds)('the contradiction %s is explained', kind => {
    expect(contradictionAdvice[kind].fix).toMatch(/\.$/);
  });
});
