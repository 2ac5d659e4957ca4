/** Numbers and times as a person reads them. */
import { html, type Markup } from '../markup.ts';

export const count = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, '\u202f');

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
export function size(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  return `${(bytes / 2 ** (10 * power)).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

const steps = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: 60_000 },
  { unit: 's', ms: 1_000 },
] as const;

/** `3 h`, `12 min`, `0 s`: one unit is enough. */
export function span(ms: number): string {
  const step = steps.find(({ ms: least }) => Math.abs(ms) >= least) ?? steps[3];
  return `${Math.floor(Math.abs(ms) / step.ms)} ${step.unit}`;
}

/** How far off, in minutes at the finest: a page that is live would otherwise be another one every second. */
export function distance(instant: string, now: string): string {
  const ms = Date.parse(instant) - Date.parse(now);
  if (Math.abs(ms) < 60_000) return ms < 0 ? 'just now' : 'in less than a minute';
  return ms < 0 ? `${span(ms)} ago` : `in ${span(ms)}`;
}

export const time = (instant: string): Markup =>
  html`<time datetime="${instant}">${instant.slice(0, 16).replace('T', '\u00a0')}\u00a0UTC</time>`;

/** A URL that was found somewhere is shown and leads to its explanation; it is never a link to itself. */
export const asked = (url: string): Markup =>
  html`<a href="/search?q=${encodeURIComponent(url)}"><code>${url.length > 160 ? `${url.slice(0, 160)}…` : url}</code></a>`;
