/**
 * PLUS Data Mining in XMP (IPTC Photo Metadata 2023.1, Video Metadata Hub 1.5). https://iptc.org/standards/photo-metadata/
 *
 * Reads: the property `plus:DataMining` in the XMP packets of an image, video, audio file or PDF, in every spelling met in files.
 * Precedence: one value is meant per file; where several stand in one, the most restrictive wins.
 * `DMI-ALLOWED` grants only as the vocabulary's own URI, in a file with a single packet that is no PDF or EPUB (those carry their images' packets too).
 *
 * Known departures: bare codes, display texts, the older `Iptc4xmpExt:DMI-…` properties and unknown `DMI-PROHIBITED…` codes are heard where they
 * restrict. A packet that speaks of data mining and is broken is unreadable, and so is a file with metadata that cannot be seen (`concealed.ts`).
 */
import type { Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { anomaly } from '../cite.ts';
import { openAsset } from './asset.ts';
import { isKnownCode, preferenceOf, readPlusCode } from './plus-codes.ts';
import type { XmpProperty } from './xmp-property.ts';
import { type PropertyReading, readXmpAsset } from './xmp-reading.ts';

const id = 'asset.xmp-data-mining';
const spec = 'IPTC Photo Metadata 2023.1, PLUS Data Mining';
const looked = 'plus:DataMining in XMP';

const plusNamespace = 'http://ns.useplus.org/ldf/xmp/1.0/';
const iptcExtension = 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/';

export const assetXmpDataMining: Signal = {
  id,
  stage: 'body',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm'],
  read: ({ page }, question): Reading => {
    const asset = openAsset(id, page, looked, spec);
    if ('state' in asset || page === null) return asset as Reading;
    // A PDF or EPUB carries the packets of the images in it: what a lone packet allows need not be said of the whole.
    return readXmpAsset({ id, spec, looked, isWanted: isDataMining }, page, asset, (property, isSole) =>
      readProperty(property, question.about, isSole && asset.form === 'media'),
    );
  },
};

/** The property itself (in whichever namespace it was put), and the older form in which the code is the property's name. */
const isDataMining = (namespace: string, name: string): boolean =>
  name === 'DataMining' || (namespace === iptcExtension && name.startsWith('DMI-'));

function readProperty(
  { namespace, name, value, evidence }: XmpProperty,
  about: Question['about'],
  mayGrant: boolean,
): PropertyReading {
  const isOlder = name.startsWith('DMI-');
  if (isOlder && /^(false|0|no)$/i.test(value.trim())) return { statement: null, anomalies: [] };
  const { code, form: written } = readPlusCode(isOlder ? name : value);
  const form = namespace === plusNamespace || written === 'wrong-value' ? written : 'lenient';
  const state = (preference: Statement['preference'], as: Statement['form'], grants: boolean): Statement => ({
    about,
    preference,
    form: as,
    addressee: { to: 'us' },
    specificity: 0,
    grants,
    evidence,
  });
  if (code === null || (!isKnownCode(code) && preferenceOf(code, about) === null)) {
    return {
      statement: state('disallow', 'wrong-value', false),
      anomalies: [anomaly('xmp.unknown-value', 'ignored', evidence, value.slice(0, 80))],
    };
  }
  const preference = preferenceOf(code, about);
  if (preference === null) return { statement: null, anomalies: [] };
  if (preference === 'disallow') {
    const anomalies = form === 'lenient' ? [anomaly('xmp.lenient-restriction', 'restricts', evidence, code)] : [];
    return { statement: state('disallow', form, false), anomalies };
  }
  if (form !== 'conformant') return { statement: null, anomalies: [anomaly('xmp.lenient-grant', 'ignored', evidence, code)] };
  return { statement: state('allow', 'conformant', mayGrant), anomalies: [] };
}
