/**
 * Spawning's ai.txt (May 2023; convention). https://site.spawning.ai/spawning-ai-txt
 *
 * Reads: /ai.txt, robots grammar (RFC 9309 §2.2) over kinds of file: `User-Agent: *`, `Disallow: *.html`, `Allow: *.jpg`, `Disallow: /`; our own
 * group, else `*`. It speaks of training only. A rule for the page's own kind decides before rules for paths; among paths the longest decides.
 * Precedence where rules disagree is not specified: the refusal wins. An Allow lifts and grants nothing.
 *
 * Known departures, all to the site's protection: a refusal of `*.txt` or another kind of text reaches every page of text as lenient; so do rules
 * before any User-Agent line, what `robots/repair.ts` mends, and lists and alternatives (`ai-txt/patterns.ts`); groups of other operators' agents
 * are stated as theirs. `*.h` is the kind `h`, not a prefix of `.html`. Other formats called ai.txt (aitxt.ing, draft-car-ai-txt-wellknown, the
 * ai.txt DSL) are detected, not read. Octets that are no text (an archive, UTF-16) are unreadable.
 */
import type { Addressee, Anomaly, Carriers, Evidence, Facts, Question, Reading, Signal, Statement } from '../../vocab/index.ts';
import { isNonEmpty, onceEach } from '../../vocab/index.ts';
import { isText, isUtf8, latin1View } from '../bytes.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { citeLine } from '../robots/cite-line.ts';
import { robotsFile } from '../robots/file.ts';
import type { RobotsLine } from '../robots/lines.ts';
import type { RobotsFile } from '../robots/robots-file.ts';
import { normaliseToken, type Strictness } from '../robots/tokens.ts';
import { patternsOf } from './ai-txt/patterns.ts';
import { type Judge, judgeOf, type Rules, type Ruling } from './ai-txt/rulings.ts';
import { openWellknown, silentWith, unreadable, type WellknownFile, type WellknownKind } from './open.ts';

const id = 'wellknown.ai-txt';
const spec = 'Spawning ai.txt';
const kind: WellknownKind = { id, mechanism: 'ai-txt', spec, name: 'ai.txt' };

const maxNamed = 32;
const maxNotUnderstood = 5;
/** Rules that are read; a generator writes a hundred. */
const maxRules = 2_048;

export const wellknownAiTxt: Signal = {
  id,
  stage: 'origin',
  bearsOn: ['train-ai'],
  read: (carriers, question, facts): Reading => {
    const opened = openWellknown(kind, carriers.aiTxt);
    if ('state' in opened) return opened;
    if (!encodingOf(opened.body).isText) return unreadable(kind, carriers.aiTxt, 'encoding');
    const file = robotsFile(opened.retrieval);
    if (file.text.isHtml) return silentWith(kind, carriers.aiTxt, 'html', 'ai.txt but an HTML page');
    if (isTooLong(file)) return unreadable(kind, carriers.aiTxt, 'too-large');
    return readFile(opened, file, carriers, question, facts);
  },
};

const isTooLong = (file: RobotsFile): boolean =>
  file.once(wellknownAiTxt, () => file.text.lines.filter(({ key }) => key === 'allow' || key === 'disallow').length > maxRules);

/** Memoised by the identity of the body. */
const encodingOf = onceEach((body: Uint8Array) => ({ isText: isText(body), isUtf8: isUtf8(body) }));

function readFile(opened: WellknownFile, file: RobotsFile, carriers: Carriers, question: Question, { agents }: Facts): Reading {
  const { exchange } = opened;
  const judge = judgeOf(question.url, carriers.page);
  const cite = (line: RobotsLine, agent?: string): Evidence => citeLine(id, exchange, file, line, spec, agent);
  const ours = oursIn(file, question.productToken, judge).map(ruling => stateOf(ruling, { to: 'us' }, cite(ruling.line)));
  const named = agents.agents
    .flatMap(agent => {
      const ruling = ofAgent(file, agent.token, judge);
      const addressee: Addressee = { to: 'named', token: normaliseToken(agent.token), class: agent.class };
      return ruling ? [stateOf(ruling, addressee, cite(ruling.line, agent.token))] : [];
    })
    .slice(0, maxNamed);
  const statements = [...ours, ...named];
  const lenient = statements.filter(({ form }) => form === 'lenient');
  const anomalies: readonly Anomaly[] = [
    ...lenient.map(({ evidence }) => anomaly('ai-txt.lenient-restriction', 'restricts', evidence)),
    ...notUnderstood([...rulesFor(file, question.productToken, 'lenient'), file.grouping('lenient').orphans]).map(line =>
      anomaly(/^[/*.]/.test(line.value) ? 'ai-txt.unknown-pattern' : 'ai-txt.pattern-without-slash', 'ignored', cite(line)),
    ),
  ];
  const isRefused = ours.some(({ preference }) => preference === 'disallow');
  const isCut = opened.isCut || file.text.isCut;
  if (isCut && !isRefused) return unreadable(kind, exchange, opened.retrieval.truncated ? 'truncated' : 'too-large');
  if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  if (!hasRules(file)) return readOtherFormat(opened);
  return { state: 'silent', looked: citeAbsence(id, exchange, 'rule for this kind of file', spec), anomalies };
}

/** Something else is called ai.txt here. aitxt.ing's front matter is known to be no opt-out; of the rest we do not know what it says. */
function readOtherFormat({ exchange, body }: WellknownFile): Reading {
  if (!/^(\xef\xbb\xbf)?---[ \t]*[\r\n]/.test(latin1View(body, 0, 64))) {
    if (!encodingOf(body).isUtf8) return unreadable(kind, exchange, 'encoding');
    return silentWith(kind, exchange, 'other-format', 'rule of an ai.txt');
  }
  const looked = citeAbsence(id, exchange, 'rule of an ai.txt (aitxt.ing front matter)', spec);
  return { state: 'silent', looked, anomalies: [anomaly('ai-txt.front-matter', 'none', looked)] };
}

const hasRules = (file: RobotsFile): boolean => {
  const { groups, orphans } = file.grouping('lenient');
  return orphans.length > 0 || groups.some(({ rules }) => rules.length > 0);
};

/** The grammar's ruling, and before an Allow or nothing the refusal that only a lenient reading finds. */
function oursIn(file: RobotsFile, token: string, judge: Judge): readonly Ruling[] {
  const conformant = judge(rulesFor(file, token, 'conformant'));
  if (conformant && !conformant.isAllow) return [conformant];
  const refusal = [rulesFor(file, token, 'lenient'), [file.grouping('lenient').orphans]]
    .map(judge)
    .find(ruling => ruling && !ruling.isAllow);
  return [...(refusal ? [{ ...refusal, isLenient: true }] : []), ...(conformant ? [conformant] : [])];
}

const rulesFor = (file: RobotsFile, token: string, strictness: Strictness): readonly Rules[] =>
  file.groupsFor(token, strictness).map(({ rules }) => rules);

function ofAgent(file: RobotsFile, token: string, judge: Judge): Ruling | null {
  for (const strictness of ['conformant', 'lenient'] as const) {
    const ruling = judge(file.groupsNaming(token, strictness).map(({ rules }) => rules));
    if (ruling && !ruling.isAllow) return strictness === 'lenient' ? { ...ruling, isLenient: true } : ruling;
  }
  return null;
}

/** Refusals of something that is neither a kind of file nor a path. */
const notUnderstood = (groups: readonly Rules[]): Rules =>
  groups
    .flat()
    .filter(line => line.key === 'disallow' && patternsOf(line).some(({ speaksOf }) => speaksOf === 'unknown'))
    .slice(0, maxNotUnderstood);

const stateOf = ({ isAllow, isLenient, specificity }: Ruling, addressee: Addressee, evidence: Evidence): Statement => ({
  about: 'train-ai',
  preference: isAllow ? 'allow' : 'disallow',
  form: isLenient ? 'lenient' : 'conformant',
  addressee,
  specificity,
  grants: false,
  evidence,
});
