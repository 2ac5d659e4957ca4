/** What of a line's statements is a refusal in words, and what only a cautious reading makes one. */
import { type Form, impliedForms, type Preference, plainForms } from '../../vocab/index.ts';

interface Said {
  readonly preference: Preference;
  readonly form: Form;
}

/** A refusal that is stated, whether a policy hears its form or not. */
export const isPlainRefusal = ({ preference, form }: Said): boolean => preference === 'disallow' && plainForms.includes(form);

/** An error (`train-ai=maybe`, a licence that cannot be had) or a word on another matter (`noindex`), which the most cautious policy takes for a refusal. */
export const isImpliedRefusal = ({ preference, form }: Said): boolean => preference === 'disallow' && impliedForms.includes(form);
