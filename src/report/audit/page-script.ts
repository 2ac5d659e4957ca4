/// <reference lib="dom" />
/**
 * What runs in the report's page: the table of domains with its filters, and the drawer. It is one function without imports, written into the page as
 * its own source; everything of the web it shows is text by `textContent`. Without it the page reads the same, with fewer rows.
 */
import type { CsvRequest } from '../charts/save-tables.ts';
import type { Card, DomainPayload } from './domain-payload.ts';

export async function pageScript(): Promise<void> {
  const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
  const make = (tag: string, text?: string, name?: string): HTMLElement => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name !== undefined) element.className = name;
    return element;
  };
  const save = (detail: CsvRequest): void => void document.dispatchEvent(new CustomEvent('save-csv', { detail }));
  const packed = document.getElementById('domain-data');
  if (!packed) return;
  const octets = Uint8Array.from(atob(packed.textContent ?? ''), character => character.charCodeAt(0));
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const data = JSON.parse(await new Response(stream).text()) as DomainPayload;
  const { strings, policies, abouts, agents, mechanisms } = data;
  const word = (index: number): string => strings[index] ?? '';
  const dispositions = ['kept', 'left out', 'deferred'];
  const tones = ['keep', 'withhold', 'defer'];
  const reaches = ['reachable', 'unreachable', 'not checked'];
  const extents = ['nothing', 'a part', 'the whole site', 'not known'];
  const notes = ['', 'contradiction', 'malformed', 'barrier', 'moved'];
  const bits = (names: readonly string[], set: number): string => names.filter((_, bit) => (set >> bit) & 1).join(', ');
  /** Nothing found is not nothing there, where something could not be looked at. */
  const closedTo = (row: number): string =>
    String(data.closed[row] || (['rules', 'no-rules', 'absent'].includes(word(data.robots[row] ?? 0)) ? 0 : 'not known'));
  const foundIn = (row: number): string =>
    bits(mechanisms, data.read[row] ?? 0) || ((data.flags[row] ?? 0) & 32 ? 'not known' : 'none');
  const verdictOf = (row: number, policy: number, about: number): number =>
    data.verdictSets[data.verdicts[row] ?? 0]?.[policy * abouts.length + about] ?? -1;
  const training = abouts.indexOf('train-ai');
  const unicode = new Map(data.unicode);

  // The table.
  const columns: readonly ((row: number) => string | number)[] = [
    row => data.domain[row] ?? '',
    row => data.rank[row] || Number.MAX_SAFE_INTEGER,
    row => (data.reach[row] === 0 ? word(data.robots[row] ?? 0) : (reaches[data.reach[row] ?? 0] ?? '')),
    row => -(data.closed[row] ?? 0),
    foundIn,
    row => verdictOf(row, Number(policy.value), training),
    row => bits(notes, data.flags[row] ?? 0),
  ];
  const query = at<HTMLInputElement>('find-text');
  const show = at<HTMLSelectElement>('find-show');
  const policy = at<HTMLSelectElement>('find-policy');
  const verdict = at<HTMLSelectElement>('find-verdict');
  const agent = at<HTMLSelectElement>('find-agent');
  const mechanism = at<HTMLSelectElement>('find-mechanism');
  const body = at<HTMLTableElement>('domain-table').tBodies[0] as HTMLTableSectionElement;
  const count = at<HTMLOutputElement>('find-count');
  const heads = [...document.querySelectorAll<HTMLTableCellElement>('#domain-table thead th')];
  const option = (select: HTMLSelectElement, value: number, text: string): void => {
    const entry = make('option', text) as HTMLOptionElement;
    entry.value = String(value);
    select.append(entry);
  };
  policies.forEach((id, index) => {
    option(policy, index, id);
  });
  policy.value = String(data.leading);
  agents.forEach(([token], index) => {
    option(agent, index, token);
  });
  mechanisms.forEach((id, index) => {
    option(mechanism, index, id);
  });
  const perPage = 50;
  let order = data.domain.map((_, row) => row);
  let rows = order;
  let page = 0;
  let sorted = -1;
  let isDown = false;

  const closes = ([, star, named]: Card, index: number): boolean => (named.find(([own]) => own === index)?.[2] ?? star[1]) === 1;
  const filter = (): void => {
    const text = query.value.trim().toLowerCase().normalize('NFKC');
    const [wanted, kind] = [Number(verdict.value), show.value];
    const [who, what, judge] = [Number(agent.value), Number(mechanism.value), Number(policy.value)];
    rows = order.filter(row => {
      const flags = data.flags[row] ?? 0;
      return (
        (text === '' || data.domain[row]?.includes(text) || unicode.get(row)?.includes(text)) &&
        (kind === '' || (kind.startsWith('r') ? data.reach[row] === Number(kind.slice(1)) : (flags & Number(kind)) > 0)) &&
        (verdict.value === '' || verdictOf(row, judge, training) === wanted) &&
        (agent.value === '' || closes(data.cards[row] as Card, who)) &&
        (mechanism.value === '' || ((data.read[row] ?? 0) >> what) & 1)
      );
    });
    page = 0;
    draw();
  };
  /** Beside the name, never in its place: letters of two scripts may look alike. */
  const alias = (row: number): HTMLElement[] => {
    const small = make('small');
    small.append(make('bdi', unicode.get(row)));
    return unicode.has(row) ? [small] : [];
  };
  const draw = (): void => {
    const from = page * perPage;
    body.replaceChildren(
      ...rows.slice(from, from + perPage).map(row => {
        const line = make('tr');
        const name = make('th');
        name.setAttribute('scope', 'row');
        const opener = make('button', data.domain[row], 'open') as HTMLButtonElement;
        opener.type = 'button';
        opener.onclick = () => open(row);
        name.append(opener, ...alias(row));
        const found = verdictOf(row, Number(policy.value), training);
        const cells = [
          String(data.rank[row] || '–'),
          String(columns[2]?.(row) ?? ''),
          closedTo(row),
          foundIn(row),
          dispositions[found] ?? 'not judged',
          bits(notes, (data.flags[row] ?? 0) & ~1) || '–',
        ];
        line.append(name, ...cells.map((text, index) => make('td', text, index === 4 ? (tones[found] ?? '') : '')));
        return line;
      }),
    );
    const last = Math.min(from + perPage, rows.length);
    count.textContent =
      rows.length === 0
        ? 'No domain'
        : `${from + 1}–${last} of ${rows.length.toLocaleString('en')} domains${count.dataset.of ?? ''}`;
    at<HTMLButtonElement>('page-back').disabled = page === 0;
    at<HTMLButtonElement>('page-on').disabled = last >= rows.length;
  };
  const sort = (column: number): void => {
    isDown = sorted === column && !isDown;
    sorted = column;
    const key = columns[column] as (row: number) => string | number;
    const keys = data.domain.map((_, row) => key(row));
    const sign = isDown ? -1 : 1;
    order = data.domain
      .map((_, row) => row)
      .sort((a, b) => {
        const [one, other] = [keys[a] as string, keys[b] as string];
        return one < other ? -sign : one > other ? sign : a - b;
      });
    heads.forEach((head, index) => {
      if (index === column) head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    filter();
  };
  heads.forEach((head, column) => {
    const button = make('button', head.textContent ?? '', 'sort') as HTMLButtonElement;
    button.type = 'button';
    button.onclick = () => sort(column);
    head.replaceChildren(button);
  });
  for (const field of [query, show, policy, verdict, agent, mechanism]) field.oninput = filter;
  at('find').onsubmit = () => false;
  at('find').onreset = event => {
    // The browser would reset after this, and what is shown would be of before.
    event.preventDefault();
    for (const field of [query, show, verdict, agent, mechanism]) field.value = '';
    policy.value = String(data.leading);
    filter();
  };
  const turn = (step: number): void => {
    page += step;
    draw();
    at('domain-table').scrollIntoView({ block: 'nearest' });
  };
  at('page-back').onclick = () => turn(-1);
  at('page-on').onclick = () => turn(1);
  at('find-save').onclick = () =>
    save({
      name: 'domains-shown',
      lines: [
        heads.map(head => head.textContent ?? ''),
        ...rows.map(row => [
          data.domain[row] ?? '',
          String(data.rank[row] || ''),
          String(columns[2]?.(row) ?? ''),
          closedTo(row),
          foundIn(row),
          dispositions[verdictOf(row, Number(policy.value), training)] ?? 'not judged',
          bits(notes, (data.flags[row] ?? 0) & ~1),
        ]),
      ],
    });

  // The drawer.
  const drawer = at<HTMLDialogElement>('card');
  const place = at('card-body');
  let current = 0;
  const open = (row: number): void => {
    current = row;
    const [facts, star, named, says, verdicts, flaws, evidence, sources, left] = data.cards[row] as Card;
    at('card-title').replaceChildren(data.domain[row] ?? '', ...alias(row));
    const cite = (index: number): (Node | string)[] => {
      const own = evidence[index];
      if (!own) return [];
      const [signal, source, where, quote] = own;
      // Where nothing is quoted the place says what was looked for, and whether it was looked at all.
      const isQuoted = word(quote) !== '';
      const from = `${word(sources[source]?.[0] ?? 0)}${isQuoted ? `, ${word(where)}` : ''} · ${word(signal)}`;
      return [make(isQuoted ? 'code' : 'span', word(isQuoted ? quote : where)), make('small', from)];
    };
    const cell = (...parts: (Node | string)[]): HTMLElement => {
      const td = make('td');
      td.append(...parts);
      return td;
    };
    const table = (title: string, names: string[], lines: HTMLElement[][]): HTMLElement[] => {
      if (lines.length === 0) return [];
      const grid = make('table');
      const head = make('tr');
      head.append(...names.map(name => make('th', name)));
      grid.append(head);
      for (const cells of lines) {
        const line = make('tr');
        cells.forEach((td, index) => {
          td.dataset.label = names[index];
        });
        line.append(...cells);
        grid.append(line);
      }
      return [make('h3', title), grid];
    };
    const list = make('dl');
    for (const [label, value] of facts) list.append(make('dt', word(label)), make('dd', word(value)));
    const all = [['every agent that is not named', ''], ...named.map(([index]) => agents[index] ?? ['', ''])];
    place.replaceChildren(
      list,
      ...table(
        'Verdicts',
        ['Found', 'For', 'Under', 'By'],
        verdicts.map(([found, disposition, about, under, by]) => [
          cell(
            `${word(found)}, so `,
            make('b', dispositions[['keep', 'withhold', 'defer'].indexOf(word(disposition))], word(disposition)),
          ),
          cell(bits(abouts, about)),
          cell(bits(policies, under)),
          cell(...by.flatMap(cite)),
        ]),
      ),
      ...table(
        'robots.txt closes',
        ['To', 'Class', 'How much', 'By'],
        [[-1, ...star] as const, ...named].map(([, extent, root, by], index) => [
          cell(all[index]?.[0] ?? ''),
          cell(all[index]?.[1] ?? ''),
          cell(`${extents[extent]}${root && extent === 1 ? ', / included' : ''}`),
          cell(...cite(by)),
        ]),
      ),
      ...table(
        'Statements',
        ['Signal', 'Says', 'About', 'Words'],
        says.map(([signal, what, about, by]) => [
          cell(word(signal)),
          cell(word(what)),
          cell(bits(abouts, about)),
          cell(...cite(by)),
        ]),
      ),
      ...table(
        'Contradictions, departures, barriers',
        ['What', 'Detail', 'Words'],
        flaws.map(([code, detail, by]) => [cell(word(code)), cell(word(detail)), cell(...by.flatMap(cite))]),
      ),
      ...table(
        'Sources',
        ['Address', 'When', 'Bytes'],
        sources.map(([url, when, digest]) => [
          cell(make('code', word(url))),
          cell(when < 0 ? '–' : new Date(data.base + when).toISOString()),
          cell(make('code', word(digest) === '' ? '–' : `${word(digest)}…`)),
        ]),
      ),
      ...(left > 0 ? [make('p', `${left} more references are in audit.jsonl.`)] : []),
    );
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
    const index = rows.indexOf(row);
    at<HTMLButtonElement>('card-back').disabled = index <= 0;
    at<HTMLButtonElement>('card-on').disabled = index < 0 || index + 1 >= rows.length;
  };
  const step = (by: number): void => {
    const next = rows[rows.indexOf(current) + by];
    if (next !== undefined) open(next);
  };
  at('card-back').onclick = () => step(-1);
  at('card-on').onclick = () => step(1);
  at('card-close').onclick = () => drawer.close();
  drawer.onclick = event => {
    if (event.target === drawer) drawer.close();
  };

  at('find').hidden = false;
  at('pager').hidden = false;
  filter();
  performance.mark('ready');
  document.documentElement.dataset.ready = 'yes';
}
