/**
 * Training and data mining assertion of C2PA 1.x and CAWG 1.1. https://cawg.io/training-and-data-mining/1.1/
 *
 * Reads: `c2pa.training-mining` and `cawg.training-mining` in the manifest store of an image, video, audio file or PDF. Uses: `ai_training` and
 * `ai_generative_training` → train-ai; `ai_inference` → ai-use; `data_mining` → tdm and all that is mining. `notAllowed` and `constrained` refuse.
 * Precedence: the most restrictive of all assertions found.
 *
 * Known departures: signatures are not verified, so nothing here ever grants, and a refusal counts whoever signed it (a stripped grant is worthless,
 * a stripped refusal is not). Refusals of ingredients count too. An assertion that is there and cannot be read is unreadable, and so is a manifest
 * that is compressed or has more assertions than are read. Versions of the label (`.v1`) are read alike.
 */
import type { About, Anomaly, Evidence, Exchange, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence, quoteText, sourceOf } from '../cite.ts';
import { refusal } from '../refusal.ts';
import { type Asset, cutShort, openAsset } from './asset.ts';
import { concealedMetadata } from './concealed.ts';
import { isRefusal, type MiningAssertion, miningAssertions } from './jumbf.ts';

const id = 'asset.c2pa';
const spec = 'CAWG training and data mining 1.1';
const looked = 'training-mining assertion in a C2PA manifest';

export const assetC2pa: Signal = {
  id,
  stage: 'body',
  bearsOn: ['train-ai', 'ai-use', 'tdm'],
  read: ({ page }, { about }): Reading => {
    const asset = openAsset(id, page, looked, spec);
    if ('state' in asset || page === null) return asset as Reading;
    return readAsset(page, asset, about);
  },
};

/** Which entries bear on a question. Training of any kind bears on training; mining as a whole on everything that is mining. */
const bearing: Partial<Record<About, readonly string[]>> = {
  'train-ai': ['ai_generative_training', 'ai_training', 'data_mining'],
  'ai-use': ['ai_inference'],
  tdm: ['data_mining'],
};

function readAsset(page: Exchange, asset: Asset, about: About): Reading {
  const absence = citeAbsence(id, page, looked, spec);
  const { assertions, cutBy } = miningAssertions(asset.body);
  const statements: Statement[] = [];
  const anomalies: Anomaly[] = [];
  for (const assertion of assertions) {
    if (!assertion.uses) anomalies.push(anomaly('c2pa.malformed', 'ignored', cite(page, assertion, '', assertion.label)));
    for (const [key, use] of assertion.uses ?? []) {
      if (!bearing[about]?.includes(key.slice(5)) || use === 'allowed') continue;
      const evidence = cite(page, assertion, `/${key}`, `${key}: ${use}`);
      const isKnown = isRefusal(use);
      if (!isKnown) anomalies.push(anomaly('c2pa.unknown-use', 'ignored', evidence));
      statements.push(refusal(about, isKnown ? 'conformant' : 'wrong-value', evidence));
    }
  }
  if (cutBy.length > 0) anomalies.push(anomaly('c2pa.too-large', 'ignored', absence));
  const isConcealed = concealedMetadata(asset.body, asset.form).c2pa;
  if (isConcealed) anomalies.push(anomaly('asset.compressed-metadata', 'ignored', absence));
  const isBroken = cutBy.length > 0 || isConcealed || assertions.some(({ uses }) => uses === null);
  const isRefused = statements.some(({ form }) => form === 'conformant');
  if (isBroken && !isRefused && isNonEmpty(anomalies)) return { state: 'unreadable', looked: absence, anomalies };
  if (asset.isTruncated && !isRefused) return cutShort(absence, 'c2pa.truncated', anomalies);
  if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  const [first] = assertions;
  return { state: 'silent', looked: first ? cite(page, first, '', first.label) : absence, anomalies };
}

/** Binary structure: cited by its path, quoted as key and use. */
const cite = (page: Exchange, { label }: MiningAssertion, path: string, quote: string): Evidence => ({
  signal: id,
  source: sourceOf(page),
  locator: { kind: 'pointer', pointer: `/c2pa.assertions/${label}${path}` },
  quote: quoteText(quote),
  spec,
});
