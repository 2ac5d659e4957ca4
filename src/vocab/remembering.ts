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
