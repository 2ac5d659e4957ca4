import { html, type Markup } from '../markup.ts';

export type TableCell = string | number | { readonly text: string; readonly value: string | number } | Markup;

export interface DataTable {
  /** Of the file it can be saved as. */
  readonly name: string;
  /** Read aloud, and shown above. */
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** The numbers behind a chart. It scrolls sideways where the page is narrow, by keyboard too. */
export const dataTable = ({ name, caption, head, rows }: DataTable): Markup =>
  html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table data-csv="${name}"><caption>${caption}</caption><thead><tr>${head.map(
    (text, index) => html`<th scope="col"${index === 0 ? '' : html` class="n"`}>${text}</th>`,
  )}</tr></thead><tbody>
${rows.map(
  ([first = '', ...rest]) => html`<tr><th scope="row">${cellText(first)}</th>${rest.map(cell)}</tr>
`,
)}</tbody></table></div>`;

const cellText = (given: TableCell): Markup | string | number =>
  typeof given === 'object' && 'value' in given ? given.text : given;

const cell = (given: TableCell): Markup =>
  typeof given === 'object' && 'value' in given
    ? html`<td class="n" data-value="${given.value}">${given.text}</td>`
    : html`<td${typeof given === 'number' ? html` class="n"` : ''}>${given}</td>`;

/** Out of the way until it is wanted. */
export const behind = (table: DataTable, title = 'The numbers'): Markup =>
  html`<details><summary>${title}</summary>${dataTable(table)}</details>`;
