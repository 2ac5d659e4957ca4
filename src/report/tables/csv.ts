/** RFC 4180, with what a spreadsheet would take for a formula kept as text. */
export type Cell = string | number | boolean | undefined;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A cell that begins like a formula is run by spreadsheets; a quotation mark before it says that it is text. */
const disarmed = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

export const csvLine = (cells: readonly Cell[]): string =>
  `${cells.map(cell => quoted(typeof cell === 'string' ? disarmed(cell.toWellFormed()) : String(cell ?? ''))).join(',')}\r\n`;
