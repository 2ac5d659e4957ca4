/**
 * The same function with a memory, for what is asked over and over and has one answer for ever.
 * @param most answers kept; when one more comes all are forgotten, so that memory is bounded and a look costs no bookkeeping
 */
export function remembering<K, V extends NonNullable<unknown> | null>(most: number, answer: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return key => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = answer(key);
    if (known.size >= most) known.clear();
    known.set(key, made);
    return made;
  };
}

/** The same function with a memory, for what is found in a thing that many ask about; an answer is kept as long as the thing is. */
export function onceEach<Thing extends WeakKey, Found extends NonNullable<unknown>>(
  find: (thing: Thing) => Found,
): (thing: Thing) => Found {
  const known = new WeakMap<Thing, Found>();
  return thing => {
    const before = known.get(thing);
    if (before !== undefined) return before;
    const found = find(thing);
    known.set(thing, found);
    return found;
  };
}
