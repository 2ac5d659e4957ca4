import type { Exchange, FieldLine } from '../vocab/index.ts';

const none: readonly string[] = [];

/** Every reader asks about one response, one after the other: its lines are sorted by name once. */
let recent: { readonly fields: readonly FieldLine[]; readonly byName: ReadonlyMap<string, readonly string[]> } = {
  fields: [],
  byName: new Map(),
};

/** Values of a response's field lines of one name, in order and as received (RFC 9110 §5.2). @param name lower case */
export function valuesOf({ retrieval }: Exchange, name: string): readonly string[] {
  const fields = 'fields' in retrieval ? retrieval.fields : undefined;
  if (!fields) return none;
  if (recent.fields !== fields) recent = { fields, byName: byName(fields) };
  return recent.byName.get(name) ?? none;
}

function byName(fields: readonly FieldLine[]): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  for (const [written, value] of fields) {
    const name = written.toLowerCase();
    const values = lines.get(name);
    if (values) values.push(value);
    else lines.set(name, [value]);
  }
  return lines;
}
