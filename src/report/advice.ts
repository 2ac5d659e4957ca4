import type { ContradictionKind } from '../assess/index.ts';
import { type Advice, byCode, entry } from './advice-by-code.ts';

/** By what follows the mechanism's name, for what is the same everywhere. `{}` is the carrier's name. */
const byEnding: Readonly<Record<string, Advice>> = {
  'access-refused': entry(
    '{} is refused to this crawler (401, 403 or another 4xx), so what it says is not known.',
    'Let everyone read it, or answer 404.',
  ),
  'closed-by-robots': entry(
    'robots.txt closes {} to crawlers, so what it says is not heard.',
    'Allow it in robots.txt: an `Allow:` rule for its path.',
  ),
  html: entry('An HTML page is served in the place of {}.', 'Serve the file itself, or answer 404 where there is none.'),
  empty: entry('{} is empty.', 'Write it, or answer 404.'),
  'no-record': entry('{} holds no record of its format.', 'Write it in its format, or answer 404.'),
  truncated: entry(
    '{} arrived incomplete, so a refusal may stand in the part that is missing.',
    'Check that the server sends the whole file.',
  ),
  'too-large': entry('{} is larger than is read, so a refusal may stand in the rest.', 'Shorten it.'),
  encoding: entry('{} is not UTF-8 text.', 'Save it as UTF-8.'),
  malformed: entry(
    '{} is damaged and cannot be read as what it claims to be, so its refusals are lost.',
    'Validate it against its specification and publish it again.',
  ),
  'wrong-value': entry(
    '{} has a value that its specification does not know, which states nothing.',
    'Use a value of the specification.',
  ),
  'lenient-restriction': entry(
    'A refusal in {} was understood although it is not written by its specification; not every crawler will understand it.',
    'Correct it so that all crawlers obey it.',
  ),
};

/** Where only the file can be meant, and not the field or the markup: a refused file is no refused reservation. */
const fileNames: Readonly<Record<string, string>> = { tdmrep: '/.well-known/tdmrep.json' };
const ofFile: ReadonlySet<string> = new Set(['access-refused', 'closed-by-robots', 'html', 'empty', 'no-record']);

const carrierNames: Readonly<Record<string, string>> = {
  tdmrep: 'The TDM reservation',
  'ai-txt': '/ai.txt',
  'trust-txt': '/trust.txt',
  rsl: 'The RSL licence',
  xmp: 'The XMP metadata of the file',
  c2pa: 'The C2PA manifest of the file',
  asset: 'The file',
  robots: '/robots.txt',
  markup: 'The markup of the page',
};

/** @returns undefined for a code nobody has written about */
export function adviceOn(code: string): Advice | undefined {
  const own = byCode[code];
  if (own) return own;
  const [mechanism = '', ending = ''] = code.split('.', 2);
  const shared = byEnding[ending];
  if (!shared) return undefined;
  const name = (ofFile.has(ending) ? fileNames[mechanism] : undefined) ?? carrierNames[mechanism] ?? 'A declaration';
  const inSentence = shared.meaning.startsWith('{}') ? name : name.replace(/^The /, 'the ').replace(/^A /, 'a ');
  return { meaning: shared.meaning.replace('{}', inSentence), fix: shared.fix };
}

export const contradictionAdvice: Readonly<Record<ContradictionKind, Advice>> = {
  mechanisms: entry(
    'One mechanism allows what another refuses. The refusal counts wherever both are read; a crawler that reads only one may see only the permission.',
    'Make both say the same.',
  ),
  carriers: entry(
    'The same mechanism says two things in two places.',
    'Keep one place, or make them agree; by most mechanisms the refusal counts, in TDMRep the later carrier (file, field, markup).',
  ),
  repeated: entry('One carrier says both yes and no. The refusal counts.', 'Remove the one that is not meant.'),
  groups: entry(
    'robots.txt tells this crawler, by name, something else than crawlers that it does not name.',
    'Nothing needs to be done where that is meant; otherwise make the groups agree.',
  ),
  closed: entry(
    'The use is permitted, and robots.txt lets this crawler fetch nothing that could be used.',
    'Allow the path in robots.txt, or take the permission back.',
  ),
};
