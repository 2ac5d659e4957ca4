import type { Instant } from './brand.ts';

/** A declared preference (AIPREF vocab-08 §4). "Unknown" is a finding, never something a site states. */
export type Preference = 'allow' | 'disallow';

/** Categories of use (AIPREF vocab-08; `tdm` from Directive (EU) 2019/790 Art. 4; `archive` ours). */
export type Category = 'train-ai' | 'ai-use' | 'search' | 'tdm' | 'archive';
export const categories: readonly Category[] = ['train-ai', 'ai-use', 'search', 'tdm', 'archive'];

/** May we fetch it (acquisition), or may we use it for a category (usage)? AIPREF attach-05 §2. */
export type About = 'acquisition' | Category;

export interface Question {
  readonly about: About;
  /** The absolute http(s) URL asked about. */
  readonly url: string;
  /** The product token we answer to in robots.txt (RFC 9309 §2.2.1), e.g. `heed`. */
  readonly productToken: string;
  /** When the question is asked; null where no clock is allowed to matter (`heed decide`). */
  readonly at: Instant | null;
}
