/**
 * URLs that are known to have been offered, the latest ones: a page links mostly to what the page before it linked to, and asking the table costs
 * ten times as much. Two generations: when the younger is full it becomes the older, and the older is forgotten. It never says of a new URL that it
 * was seen; of an old one it may not remember.
 */
export interface SeenLately {
  has(url: string): boolean;
  add(url: string): void;
}

export function createSeenLately(perGeneration = 32_768): SeenLately {
  let younger = new Set<string>();
  let older = new Set<string>();
  const add = (url: string): void => {
    if (younger.size >= perGeneration) {
      older = younger;
      younger = new Set();
    }
    younger.add(url);
  };
  return {
    has(url) {
      if (younger.has(url)) return true;
      if (!older.has(url)) return false;
      add(url);
      return true;
    },
    add,
  };
}
