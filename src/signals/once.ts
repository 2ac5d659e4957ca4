/** Found when it is first asked for, and then known. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

/**
 * What is found in a thing, whatever is asked about it, is found once: all that is asked about one thing is asked in a row, so the last one is
 * remembered, and no other. (A weak map of every page costs more to keep and to collect than most of what it holds costs to find.)
 * @returns made anew where the thing or the key is another
 */
export function onceFor<Thing extends object, Key, Found>(): (thing: Thing, key: readonly Key[], find: () => Found) => Found {
  let last: { readonly thing: Thing; readonly key: readonly Key[]; readonly found: Found } | undefined;
  return (thing, key, find) => {
    if (last?.thing === thing && last.key.every((part, index) => part === key[index])) return last.found;
    const found = find();
    last = { thing, key, found };
    return found;
  };
}

/** The same for what each signal finds there, whatever question it is asked. */
export function onceForEach<Thing extends object, Key, Found>(): (thing: Thing, key: Key, find: () => Found) => Found {
  let last: { readonly thing: Thing; readonly found: Map<Key, Found> } | undefined;
  return (thing, key, find) => {
    if (last?.thing !== thing) last = { thing, found: new Map() };
    const known = last.found.get(key);
    if (known !== undefined) return known;
    const found = find();
    last.found.set(key, found);
    return found;
  };
}
