import { languageOfLabel } from './language-codes.ts';
import { dominantScript, scriptOf } from './script.ts';

/**
 * A loaded language model. Loading it is I/O and happens in the shell, where texts are read. `text` has no line breaks; `label` is the model's own (`de`),
 * and `probability` lies within 0 and 1. Undefined when the model has no answer.
 */
export interface LanguageDetector {
  (text: string): { readonly label: string; readonly probability: number } | undefined;
  /** The second stage: ISO 639-3 with a score within 0 and 1, best first; `und` where it cannot tell. Without it the model decides alone. */
  readonly trigrams?: (text: string) => readonly (readonly [language: string, score: number])[];
}

export interface IdentifiedLanguage {
  /** ISO 639-3; a macro-language where the model tells no finer. */
  readonly language: string;
  /** ISO 15924: the language's own where a fair part of the letters is in it, else the script of most letters. */
  readonly script: string;
  /** 0 to 1: the model's probability. Where the second stage decided, its lead over the runner-up, which is no probability. */
  readonly score: number;
}

/**
 * In which language and script most of a text is, from a sample of its middle, or undefined when there are too few letters to tell. Two
 * stages: the model; and for text it is unsure of and that is long enough, trigram profiles of 400 languages.
 */
export function identifyLanguage(text: string, detector: LanguageDetector): IdentifiedLanguage | undefined {
  const sample = sampleOf(text);
  const dominant = dominantScript(sample);
  const { script, letters } = dominant;
  if (letters < (denseScripts.has(script) ? minLettersDense : minLetters)) return undefined;
  const found = detect(sample, detector);
  const language = found && languageOfLabel(found.label);
  const model = language === undefined ? undefined : { language, score: Math.min(1, Math.max(0, found!.probability)) };
  const isSure = model !== undefined && model.score >= sureScore;
  const identified = (!isSure && hasSentences(sample) ? byTrigrams(sample, detector) : undefined) ?? model;
  return (
    identified && {
      language: identified.language,
      script: scriptOf(identified.language, sample, dominant),
      score: identified.score,
    }
  );
}

/** At most 600 characters from the middle, some four sentences (one tells 99 % of the common languages apart): beginnings and ends are menus and notices more often. */
const sampleChars = 600;
const sureScore = 0.5;
const minLetters = 20;
/** A syllable or a word per letter. */
const denseScripts: ReadonlySet<string> = new Set(['Hani', 'Hans', 'Hant', 'Jpan', 'Hira', 'Kana', 'Hang', 'Yiii']);
const minLettersDense = 8;
const minSentences = 4;

function sampleOf(text: string): string {
  const start = Math.max(0, Math.floor((text.length - sampleChars) / 2));
  const piece = text.slice(start, start + sampleChars);
  const whole = start === 0 ? piece : piece.replace(/^\S{0,40}\s/, '');
  return whole
    .replace(/<[a-z]+-pii>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toWellFormed();
}

/** The model takes three times as long for the whole sample. Where the middle of it leaves no doubt, the whole never told another of 205 languages. */
function detect(sample: string, detector: LanguageDetector): ReturnType<LanguageDetector> {
  if (sample.length > 2 * coreChars) {
    const start = Math.floor((sample.length - coreChars) / 2);
    const core = detector(sample.slice(start, start + coreChars).toWellFormed());
    if (core !== undefined && core.probability >= beyondDoubt) return core;
  }
  return detector(sample);
}

const coreChars = 200;
const beyondDoubt = 0.9;

const hasSentences = (sample: string): boolean => (sample.match(/[.!?。！？।؟։።۔]+/g)?.length ?? 0) >= minSentences;

function byTrigrams(sample: string, { trigrams }: LanguageDetector): Omit<IdentifiedLanguage, 'script'> | undefined {
  const [best, next] = trigrams?.(sample) ?? [];
  if (!best || best[0] === 'und') return undefined;
  return { language: best[0], score: next ? Math.max(0, best[1] - next[1]) : 1 };
}
