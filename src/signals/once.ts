/** Found when it is first asked for, and then known. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

/** What is found in a thing, whatever is asked about it, is found once; it is forgotten with the thing. @returns made anew where the key is another */
export function onceFor<Thing extends object, Key, Found>(): (thing: Thing, key: readonly Key[], find: () => Found) => Found {
  const known = new WeakMap<Thing, { readonly key: readonly Key[]; readonly found: Found }>();
  return (thing, key, find) => {
    const before = known.get(thing);
    if (before?.key.every((part, index) => part === key[index])) return before.found;
    const found = find();
    known.set(thing, { key, found });
    return found;
  };
}
