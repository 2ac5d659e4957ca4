const maxLength = 200;

/** Remote text (a certificate's names, a parser's message) made safe for a log: printable ASCII, one line, at most 200 characters. */
export const safeText = (text: string): string => text.slice(0, maxLength).replace(/[^\x20-\x7e]/g, '?');
