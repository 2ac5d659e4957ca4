/** The `license` of the things a JSON-LD block describes at its top or in its `@graph` (schema.org/license): a URL, words, or an object with an `@id` or `url`. */
export function jsonLdLicenses(json: string): readonly string[] {
  if (!json.includes('license')) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return [];
  }
  return entitiesOf(parsed).flatMap(entity => listOf(entity.license).flatMap(reference));
}

type Entity = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const isEntity = (value: unknown): value is Entity => typeof value === 'object' && value !== null && !Array.isArray(value);
const entitiesOf = (parsed: unknown): readonly Entity[] =>
  listOf(parsed)
    .filter(isEntity)
    .flatMap(entity => [entity, ...listOf(entity['@graph']).filter(isEntity)]);

function reference(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!isEntity(value)) return [];
  const named = value['@id'] ?? value.url;
  return typeof named === 'string' ? [named] : [];
}
