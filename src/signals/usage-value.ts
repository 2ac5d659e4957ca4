import type { Anomaly, Category, Form, Preference } from '../vocab/index.ts';

/** What one value of a usage mechanism says, whoever carries it: a robots.txt record or an HTTP field. */
export interface UsageValue {
  /** `malformed`: it cannot be parsed as what it claims to be; then it states nothing. */
  readonly state: 'parsed' | 'malformed';
  readonly preferences: readonly UsagePreference[];
  /** Departures, for the caller to cite. */
  readonly flaws: readonly { readonly code: string; readonly effect: Anomaly['effect']; readonly detail: string }[];
}

export interface UsagePreference {
  readonly category: Category;
  readonly preference: Preference;
  readonly form: Form;
  /** For `allow`: false when it comes with a condition we cannot meet. */
  readonly grants: boolean;
}

const maxDetail = 120;
export const flaw = (code: string, effect: Anomaly['effect'], detail: string): UsageValue['flaws'][number] => ({
  code,
  effect,
  detail: detail.slice(0, maxDetail),
});

export const refuse = (category: Category, form: Form): UsagePreference => ({
  category,
  preference: 'disallow',
  form,
  grants: false,
});
