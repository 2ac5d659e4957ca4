import type { About, Evidence, Form, Statement } from '../vocab/index.ts';

/** A statement that refuses, to us, and is said of no path in particular. */
export const refusal = (about: About, form: Form, evidence: Evidence): Statement => ({
  about,
  preference: 'disallow',
  form,
  addressee: { to: 'us' },
  specificity: 0,
  grants: false,
  evidence,
});
