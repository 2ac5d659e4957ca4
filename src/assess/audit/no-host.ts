/** Why an entry of a list was not asked, where it is the entry that is at fault. The words stand in the lines of an audit. */

/** It is the name of no host. */
export const noHost = 'no-host';

/** A line of a list that cannot be read as one. @param line counts from 1 */
export const badLine = (line: number, what: string): string => `bad-line ${line}: ${what}`;

export const namesNoHost = (why: string | undefined): boolean => why === noHost || why?.startsWith('bad-line ') === true;
