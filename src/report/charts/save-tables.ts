/// <reference lib="dom" />
/** What a page asks of the script below: lines of cells as a file. */
export interface CsvRequest {
  readonly name: string;
  readonly lines: readonly (readonly string[])[];
}

/**
 * In a page's browser: a button beside every table of numbers that saves it as CSV, and the same for whoever sends the event `save-csv`. One function
 * without imports, written into the page as its own source.
 */
export function saveTables(): void {
  const save = ({ name, lines }: CsvRequest): void => {
    const cell = (text: string): string => {
      // What a spreadsheet would take for a formula stays text; numbers are left.
      const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+$/.test(text) ? `'${text}` : text;
      return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const link = document.createElement('a');
    link.href = URL.createObjectURL(
      new Blob([lines.map(line => line.map(cell).join(',')).join('\r\n'), '\r\n'], { type: 'text/csv' }),
    );
    link.download = `${name}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  document.addEventListener('save-csv', event => save((event as CustomEvent<CsvRequest>).detail));
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-csv]')) {
    const button = document.createElement('button');
    button.textContent = 'Save as CSV';
    button.className = 'save';
    button.type = 'button';
    button.onclick = () =>
      save({
        name: table.dataset.csv ?? 'table',
        lines: [...table.rows].map(row => [...row.cells].map(cell => cell.dataset.value ?? cell.textContent ?? '')),
      });
    (table.closest('.wide') ?? table).after(button);
  }
}
