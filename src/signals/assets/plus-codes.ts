/** PLUS Data Mining vocabulary (IPTC Photo Metadata 2023.1; http://ns.useplus.org/LDF/ldf-XMPSpecification): codes and what each says. */
import type { About, Form, Preference } from '../../vocab/index.ts';

export interface PlusCode {
  /** Upper case, e.g. `DMI-PROHIBITED`; null where the value is no code we know how to read. */
  readonly code: string | null;
  /** `conformant` for the URI of the vocabulary only; other spellings are heard where they restrict. */
  readonly form: Extract<Form, 'conformant' | 'lenient' | 'wrong-value'>;
}

/** Display texts of the vocabulary, written instead of the code; the longest beginning decides. */
const displayTexts: readonly (readonly [beginning: string, code: string])[] = [
  ['prohibited for generative', 'DMI-PROHIBITED-GENAIMLTRAINING'],
  ['prohibited for ai/ml', 'DMI-PROHIBITED-AIMLTRAINING'],
  ['prohibited except for search', 'DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING'],
  ['prohibited', 'DMI-PROHIBITED'],
  ['allowed', 'DMI-ALLOWED'],
  ['unspecified', 'DMI-UNSPECIFIED'],
];

/** Any spelling met in files: URI, bare code, code behind another URI or prefix, display text; case never matters. */
export function readPlusCode(written: string): PlusCode {
  const value = written.trim().slice(0, 512);
  const segment = (value.split(/[/#:]/).at(-1) ?? '').trim().toUpperCase();
  if (/^DMI-[A-Z0-9_-]+$/.test(segment)) {
    const isUri = /^https?:\/\/ns\.useplus\.org\/ldf\/vocab\/DMI-[A-Z-]+$/i.test(value);
    return { code: segment, form: isUri && known.has(segment) ? 'conformant' : 'lenient' };
  }
  const lower = value.toLowerCase();
  const display = displayTexts.find(([beginning]) => lower.startsWith(beginning));
  return display ? { code: display[1], form: 'lenient' } : { code: null, form: 'wrong-value' };
}

const everything: readonly About[] = ['train-ai', 'ai-use', 'search', 'tdm'];

/** What each known code says; categories it does not list it leaves open. */
const known: ReadonlyMap<string, { readonly denies: readonly About[]; readonly allows: readonly About[] }> = new Map([
  ['DMI-UNSPECIFIED', { denies: [], allows: [] }],
  ['DMI-ALLOWED', { denies: [], allows: everything }],
  ['DMI-PROHIBITED-AIMLTRAINING', { denies: ['train-ai'], allows: [] }],
  ['DMI-PROHIBITED-GENAIMLTRAINING', { denies: ['train-ai'], allows: [] }],
  ['DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING', { denies: ['train-ai', 'ai-use', 'tdm'], allows: ['search'] }],
  ['DMI-PROHIBITED', { denies: everything, allows: [] }],
  ['DMI-PROHIBITED-SEECONSTRAINT', { denies: everything, allows: [] }],
  ['DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR', { denies: everything, allows: [] }],
  ['DMI-PROHIBITED-SEELINKEDRIGHTSEXPR', { denies: everything, allows: [] }],
]);

export const isKnownCode = (code: string): boolean => known.has(code);

/** An unknown `DMI-PROHIBITED…` prohibits everything: whoever wrote it meant no less. */
export function preferenceOf(code: string, about: About): Preference | null {
  const said = known.get(code);
  if (!said) return code.startsWith('DMI-PROHIBITED') && everything.includes(about) ? 'disallow' : null;
  if (said.denies.includes(about)) return 'disallow';
  return said.allows.includes(about) ? 'allow' : null;
}
