/**
 * The form of a text in which two copies are the same: NFC, every run of white space one space, none at the ends. The shell hashes it
 * (UTF-8) to find exact duplicates.
 */
export const fingerprint = (text: string): string => collapseSpace(text.normalize('NFC')).trim();

/** Every run of white space as one space. Single spaces, which most are, are not touched. */
export const collapseSpace = (text: string): string => text.replace(/\s{2,}|[^\S ]/g, ' ');
