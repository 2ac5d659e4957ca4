import type { Form } from '../../vocab/index.ts';
import type { RobotsLine } from './lines.ts';
import type { RobotsFile } from './robots-file.ts';

/** Records of one kind that reach us, and by which way; each way is evaluated for itself. */
export interface Scope {
  readonly form: Extract<Form, 'conformant' | 'lenient' | 'inherited'>;
  readonly lines: readonly RobotsLine[];
}

/**
 * Where records such as Content-Usage, Content-Signal and License reach a crawler: its own groups, else `*` (RFC 9309 §2.2.1); before any group;
 * through the lenient reading of the file; and in the `*` group although we have one of our own (a reservation addressed to everyone).
 * @param keys record names in lower case
 * @param globalForm how a record before the first user-agent line is taken
 */
export function scopesOf(
  file: RobotsFile,
  productToken: string,
  keys: ReadonlySet<string>,
  globalForm: 'conformant' | 'lenient',
): readonly Scope[] {
  const pick = (lines: readonly RobotsLine[]): readonly RobotsLine[] => lines.filter(line => keys.has(line.key));
  const ofGroups = (groups: readonly { readonly records: readonly RobotsLine[] }[]): readonly RobotsLine[] =>
    groups.flatMap(group => pick(group.records));
  const hasOwn = file.groupsNaming(productToken, 'conformant').length > 0;
  const everyone = file.groupsNaming('*', 'lenient');
  const scopes: Scope[] = [
    { form: 'conformant', lines: ofGroups(file.groupsFor(productToken, 'conformant')) },
    { form: globalForm, lines: pick(file.grouping('conformant').global) },
  ];
  if (file.hasLenientForms) {
    scopes.push({ form: 'lenient', lines: ofGroups(file.groupsFor(productToken, 'lenient')) });
    scopes.push({ form: 'lenient', lines: pick(file.grouping('lenient').global) });
  }
  if (hasOwn || file.hasLenientForms) scopes.push({ form: hasOwn ? 'inherited' : 'lenient', lines: ofGroups(everyone) });
  return scopes.filter(scope => scope.lines.length > 0);
}
