/** RSL usage vocabulary (§3.4.1): which listed tokens bear on which of our categories. */
import type { About } from '../../../vocab/index.ts';

/** A use as RSL names it; `every-ai` stands for text and data mining as a whole, which only the umbrellas cover. */
export type Use = 'ai-train' | 'ai-input' | 'search' | 'every-ai';

export function useOf(about: About): Use | null {
  switch (about) {
    case 'train-ai':
      return 'ai-train';
    case 'ai-use':
      return 'ai-input';
    case 'search':
      return 'search';
    case 'tdm':
      return 'every-ai';
    default:
      return null;
  }
}

const known = new Set(['all', 'ai-all', 'ai-train', 'ai-input', 'ai-index', 'search']);

/** Labels of version 0.9 and of neighbouring vocabularies, read as what they plainly mean. */
const legacy: ReadonlyMap<string, Use> = new Map([
  ['train-ai', 'ai-train'],
  ['train-genai', 'ai-train'],
  ['ai-training', 'ai-train'],
  ['ai-use', 'ai-input'],
  ['ai-inference', 'ai-input'],
  ['ai-summarize', 'ai-input'],
  ['ai-include', 'ai-input'],
]);

export type Match = 'exact' | 'other-case' | 'legacy' | 'unknown' | 'none';

/** How one listed token bears on a use: `all` ⊃ `ai-all` ⊃ `ai-train`, `ai-input`, `ai-index`; `search` only under `all`. */
export function matchToken(token: string, use: Use): Match {
  const lower = token.toLowerCase();
  if (known.has(lower)) {
    const covers = lower === use || lower === 'all' || (lower === 'ai-all' && use !== 'search');
    return covers ? (lower === token ? 'exact' : 'other-case') : 'none';
  }
  const meant = legacy.get(lower);
  if (meant === undefined) return 'unknown';
  return meant === use ? 'legacy' : 'none';
}

const strength: readonly Match[] = ['exact', 'other-case', 'legacy', 'unknown', 'none'];

/** The strongest match among the tokens of a list. */
export const bestMatch = (tokens: readonly string[], use: Use): Match =>
  strength.find(match => tokens.some(token => matchToken(token, use) === match)) ?? 'none';
