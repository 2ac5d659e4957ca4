/**
 * TDMRep inside a file (W3C Community Group Final Report, 10 May 2024). https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
 *
 * Reads: `tdm:reservation` in the XMP of a PDF, as attribute or element, in either spelling of the namespace. EPUB packages are zip archives that
 * are not opened here: such a file is not silent but not looked into.
 * Precedence: the last carrier of TDMRep: what stands in the file supersedes field and tdmrep.json; among packets any reservation wins.
 * `1` reserves, `0` lifts an earlier reservation and grants nothing, anything else is a protocol error: a wrong value.
 *
 * Known departures: XMP of an image is no carrier of TDMRep; a reservation there is heard all the same. `0` lifts only in a PDF with a single packet.
 * A PDF with metadata that cannot be seen (`concealed.ts`) is unreadable. An EPUB is known by its first octets too, whatever its media type.
 */
import type { About, Reading, Signal, Statement } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { type Asset, openAsset } from './asset.ts';
import type { XmpProperty } from './xmp-property.ts';
import { type PropertyReading, readXmpAsset } from './xmp-reading.ts';

const id = 'asset.tdmrep';
const spec = 'TDMRep 2024-05-10 §4.5';
const looked = 'tdm:reservation in the file';

export const assetTdmrep: Signal = {
  id,
  stage: 'body',
  bearsOn: ['train-ai', 'tdm', 'ai-use'],
  read: ({ page }, { about }): Reading => {
    const asset = openAsset(id, page, looked, spec);
    if ('state' in asset || page === null) return asset as Reading;
    if (asset.form === 'epub') return { state: 'unread', why: 'not-attempted', looked: citeAbsence(id, page, looked, spec) };
    return readXmpAsset({ id, spec, looked, isWanted: isReservation }, page, asset, (property, isSole) =>
      readProperty(property, about, asset.form, isSole && asset.form === 'pdf'),
    );
  },
};

/** `http://www.w3.org/ns/tdmrep/` in the report's PDF section, `#` in its EPUB section. */
const isReservation = (namespace: string, name: string): boolean =>
  name === 'reservation' && /^https?:\/\/www\.w3\.org\/ns\/tdmrep[/#]?$/.test(namespace);

function readProperty({ value, evidence }: XmpProperty, about: About, form: Asset['form'], mayLift: boolean): PropertyReading {
  const state = (preference: Statement['preference'], as: Statement['form']): Statement => ({
    about,
    preference,
    // Input to a model is mining only as far as it is; whoever reserves mining is heard on it by strict ears.
    form: about === 'ai-use' && as !== 'wrong-value' && preference === 'disallow' ? 'implied' : as,
    addressee: { to: 'us' },
    specificity: 0,
    grants: false,
    evidence,
  });
  switch (value.trim()) {
    case '1':
      return form === 'pdf'
        ? { statement: state('disallow', 'conformant'), anomalies: [] }
        : { statement: state('disallow', 'lenient'), anomalies: [anomaly('xmp.lenient-restriction', 'restricts', evidence)] };
    case '0':
      return mayLift
        ? { statement: state('allow', 'conformant'), anomalies: [] }
        : { statement: null, anomalies: [anomaly('tdmrep.lift-not-heard', 'ignored', evidence)] };
    default:
      return {
        statement: state('disallow', 'wrong-value'),
        anomalies: [anomaly('tdmrep.wrong-value', 'ignored', evidence, value.slice(0, 80))],
      };
  }
}
