/** Anomalies of what a policy may take for silence, although nobody looked into it. */

/** The site's robots.txt closes the file. */
export const closedCode: RegExp = /\.closed-by-robots$/;
/** That, or the file was refused (401, 403, another 4xx). */
export const unseenCodes: RegExp = /\.(closed-by-robots|access-refused)$/;
