/** Anomalies of what a policy may take for silence, although nobody looked into it. */

/** The site's robots.txt closes the file. */
export const closedCode: RegExp = /\.closed-by-robots$/;
/** That, or the file was refused (401, 403, another 4xx). */
export const unseenCodes: RegExp = /\.(closed-by-robots|access-refused)$/;

/** The same in words of a regular expression that SQL understands, too. */
export const noFilePattern = '\\.(html|closed-by-robots|access-refused)$';
const noFileCodes = new RegExp(noFilePattern);

/**
 * No file lies where one would be looked for: a page for whatever is not found is served, or nobody may look. Nothing was stated there, so nothing that
 * could be malformed.
 */
export const isNoFile = (code: string): boolean => noFileCodes.test(code);

/** Something was stated, and it departs from its specification in a way that matters. What changes nothing is not counted. */
export const isMalformed = ({ code, effect }: { readonly code: string; readonly effect: string }): boolean =>
  effect !== 'none' && !isNoFile(code);
