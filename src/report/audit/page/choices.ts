/** What a reader of the page may choose, without a script: radio buttons, and a style that hides what was not chosen. */
import { html, type Markup } from '../../markup.ts';
import { type Denominator, denominatorKeys } from '../denominators.ts';

export const denominatorLabels: Readonly<Record<Denominator, string>> = {
  all: 'all domains',
  reachable: 'reachable',
  robots: 'readable robots.txt',
};

const radio = (name: string, value: string, label: string, isChecked: boolean): Markup =>
  html`<label><input type="radio" name="${name}" id="${name}-${value}"${isChecked ? html` checked` : ''}> ${label}</label>`;

export const denominatorChoice = (): Markup =>
  html`<fieldset class="choice" id="share-of"><legend>Shares of</legend>${denominatorKeys.map(key =>
    radio('of', key, denominatorLabels[key], key === 'all'),
  )}</fieldset>`;

export const howChoice = (): Markup =>
  html`<fieldset class="choice"><legend>Agents bound</legend>${[
    radio('how', 'named', 'by name', true),
    radio('how', 'effective', 'by name or through *', false),
  ]}</fieldset>`;

/** Shown while this denominator is chosen. */
export const ofClass = (key: Denominator): string => `of-${key}`;

export const choiceStyle: string = [
  ...denominatorKeys.map(key => `body:has(#of-${key}:checked) .d:not(.of-${key})`),
  'body:has(#how-named:checked) .how-effective',
  'body:has(#how-effective:checked) .how-named',
]
  .join(', ')
  .concat(' { display: none; }');
