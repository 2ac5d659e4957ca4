/**
 * The form of a text in which two copies are the same: NFC, every run of white space one space, none at the ends. The shell hashes it
 * (UTF-8) to find exact duplicates.
 */
export const fingerprint = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();
