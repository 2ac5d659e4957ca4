const maxNamed = 12;

/** The first dozen by name, the rest by number. */
export const nameList = (names: readonly string[]): string =>
  names.length > maxNamed ? `${names.slice(0, maxNamed).join(', ')} and ${names.length - maxNamed} more` : names.join(', ');
