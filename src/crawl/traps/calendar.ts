/**
 * Calendars that go on for ever: addresses with a date beyond any plan, or, where the address speaks of a calendar, before any memory. A few of
 * them are asked, since a real date may lie there; archives of the past have none.
 */
import type { TrapFinding } from './finding.ts';
import { Recent } from './recent.ts';

const yearsAhead = 2;
/** Only of calendars: the archive of a newspaper goes back two centuries. */
const yearsBack = 30;
const yearsNear = 5;
/** Addresses outside the window that are let through, in one place. */
const maxOutside = 48;
const maxPlaces = 20_000;

const calendarWord = /calend|kalend|event|agenda|termin|schedule|veranstalt|ical|evenement|evento|kurse|booking|availab/i;

interface Dated {
  /** What the addresses of one calendar share. */
  readonly place: string;
  readonly year: number;
  /** 0 where only a year is given; above 12 it is no month. */
  readonly month: number;
}

/** The first date in the path, else the one in the query. */
export function dateIn({ origin, pathname, search }: URL): Dated | null {
  const inPath = /(?<=\/|-|_)(\d{4})(?:[/-](\d\d))(?=[/.-]|$)|(?<=\/)(\d{4})(?=\/?$)/.exec(pathname);
  if (inPath) {
    const place = `${origin}${pathname.slice(0, inPath.index)}`;
    return { place, year: Number(inPath[1] ?? inPath[3]), month: Number(inPath[2] ?? 0) };
  }
  if (search === '') return null;
  const place = `${origin}${pathname}?`;
  const whole = /[?&][\w[\]-]*=(\d{4})-(\d\d)(?:-\d\d)?(?=&|$|T)/.exec(search);
  if (whole) return { place, year: Number(whole[1]), month: Number(whole[2]) };
  const year = /[?&][\w[\]-]*(?:year|yr|jahr|annee|ano|y)\]?=(\d{4})(?=&|$)/i.exec(search)?.[1];
  if (year === undefined) return null;
  const month = /[?&][\w[\]-]*(?:month|mon|monat|mois|mes|m)\]?=(\d{1,2})(?=&|$)/i.exec(search)?.[1];
  return { place, year: Number(year), month: Number(month ?? 0) };
}

interface Place {
  outside: number;
  /** Dates of our time were seen too: it is a calendar. */
  hasPresent: boolean;
  /** A month above twelve was seen: numbers, no dates. */
  isNone: boolean;
}

/** @param year of today @returns asks about each new URL once */
export function calendarTraps(year: number): (url: URL) => TrapFinding | null {
  const places = new Recent<Place>(maxPlaces);
  return url => {
    const date = dateIn(url);
    if (date === null) return null;
    const isNamed = calendarWord.test(url.pathname) || calendarWord.test(url.search);
    if (date.month === 0 && !isNamed) return null;
    const place = places.of(date.place, () => ({ outside: 0, hasPresent: false, isNone: false }));
    if (date.month > 12) place.isNone = true;
    const isOutside = date.year > year + yearsAhead || (isNamed && date.year < year - yearsBack);
    if (Math.abs(date.year - year) <= yearsNear) place.hasPresent = true;
    if (!isOutside || place.isNone || !(isNamed || place.hasPresent)) return null;
    place.outside++;
    return place.outside > maxOutside
      ? { trap: 'calendar', detail: `${maxOutside} dates far from today were found here already, this one in ${date.year}` }
      : null;
  };
}
