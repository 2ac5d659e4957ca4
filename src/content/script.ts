/** ISO 15924 code and the Unicode `Script` it stands for, frequent ones first. */
const scripts: readonly (readonly [code: string, letters: RegExp])[] = [
  ['Latn', 'Latin'],
  ['Cyrl', 'Cyrillic'],
  ['Hani', 'Han'],
  ['Hira', 'Hiragana'],
  ['Kana', 'Katakana'],
  ['Arab', 'Arabic'],
  ['Hang', 'Hangul'],
  ['Deva', 'Devanagari'],
  ['Grek', 'Greek'],
  ['Hebr', 'Hebrew'],
  ['Thai', 'Thai'],
  ['Beng', 'Bengali'],
  ['Taml', 'Tamil'],
  ['Telu', 'Telugu'],
  ['Gujr', 'Gujarati'],
  ['Guru', 'Gurmukhi'],
  ['Knda', 'Kannada'],
  ['Mlym', 'Malayalam'],
  ['Orya', 'Oriya'],
  ['Sinh', 'Sinhala'],
  ['Mymr', 'Myanmar'],
  ['Khmr', 'Khmer'],
  ['Laoo', 'Lao'],
  ['Tibt', 'Tibetan'],
  ['Geor', 'Georgian'],
  ['Armn', 'Armenian'],
  ['Ethi', 'Ethiopic'],
  ['Mong', 'Mongolian'],
  ['Thaa', 'Thaana'],
  ['Syrc', 'Syriac'],
  ['Tfng', 'Tifinagh'],
  ['Olck', 'Ol_Chiki'],
  ['Nkoo', 'Nko'],
  ['Cher', 'Cherokee'],
  ['Cans', 'Canadian_Aboriginal'],
  ['Yiii', 'Yi'],
  ['Java', 'Javanese'],
  ['Bali', 'Balinese'],
  ['Sund', 'Sundanese'],
  ['Mtei', 'Meetei_Mayek'],
  ['Cakm', 'Chakma'],
  ['Adlm', 'Adlam'],
  ['Vaii', 'Vai'],
  ['Bopo', 'Bopomofo'],
].map(([code, name]) => [code!, new RegExp(`\\p{Script=${name}}+`, 'gu')] as const);

export interface DominantScript {
  readonly script: string;
  readonly letters: number;
  /** Letters by Unicode script; what is not listed was not needed to find the first. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * The script most letters are in (ISO 15924), and how many letters there are. Japanese in its mixture is `Jpan`; Chinese is `Hans` or `Hant`
 * when its characters tell, else `Hani`. `Zyyy` when there are no letters of a listed script.
 */
export function dominantScript(text: string): DominantScript {
  let remaining = count(text, /\p{L}+/gu);
  const letters = remaining;
  const counts = new Map<string, number>();
  for (const [code, pattern] of scripts) {
    if (remaining <= 0) break;
    const found = count(text, pattern);
    if (found > 0) counts.set(code, found);
    remaining -= found;
  }
  const kana = (counts.get('Hira') ?? 0) + (counts.get('Kana') ?? 0);
  const han = counts.get('Hani') ?? 0;
  if (kana > 0 && kana + han > letters / 2 && kana * 10 > han) return { script: 'Jpan', letters, counts };
  const [script] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['Zyyy', 0]);
  return { script: script === 'Hani' ? chineseScript(text) : script, letters, counts };
}

/** A text in a language with this share of its letters in that language's own script is in it, however many names and commands stand between. */
const ownShare = 0.15;

/**
 * The script of a text whose language is known: that language's own (CLDR's likely script) if enough of the text is in it, else the one of most letters.
 * A Japanese manual has more Latin letters than Japanese ones, because a Japanese word takes fewer.
 * @param language ISO 639-3
 */
export function scriptOf(language: string, text: string, { script, letters, counts }: DominantScript): string {
  const own = likelyScript(language);
  if (own === undefined || own === script) return script;
  const parts = partsOfScript.get(own) ?? [own];
  const found = parts.reduce((sum, part) => sum + (counts.get(part) ?? 0), 0);
  if (found < letters * ownShare) return script;
  return own.startsWith('Han') && own !== 'Hang' ? chineseScript(text) : own === 'Kore' ? 'Hang' : own;
}

const partsOfScript: ReadonlyMap<string, readonly string[]> = new Map([
  ['Jpan', ['Hira', 'Kana', 'Hani']],
  ['Kore', ['Hang', 'Hani']],
  ['Hans', ['Hani']],
  ['Hant', ['Hani']],
]);

const likelyScripts = new Map<string, string | undefined>();

function likelyScript(language: string): string | undefined {
  if (!likelyScripts.has(language)) likelyScripts.set(language, maximizedScript(language));
  return likelyScripts.get(language);
}

function maximizedScript(language: string): string | undefined {
  try {
    return new Intl.Locale(language).maximize().script;
  } catch {
    return undefined;
  }
}

/** Frequent characters that exist in one of the two orthographies only, pairwise. */
const simplified = /[们这国个说时为来会对发经学现关点问东两见样话书车长门开无从头过还让给种]+/gu;
const traditional = /[們這國個說時為來會對發經學現關點問東兩見樣話書車長門開無從頭過還讓給種]+/gu;

function chineseScript(text: string): 'Hans' | 'Hant' | 'Hani' {
  const hans = count(text, simplified);
  const hant = count(text, traditional);
  if (hans === hant) return 'Hani';
  return hans > hant ? 'Hans' : 'Hant';
}

/** Characters in the runs that a pattern finds; a character beyond the Basic Multilingual Plane is one. */
function count(text: string, runs: RegExp): number {
  let found = 0;
  for (const [run] of text.matchAll(runs))
    found += run.length === 1 || !/[\ud800-\udbff]/.test(run) ? run.length : [...run].length;
  return found;
}
