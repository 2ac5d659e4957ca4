/** Session ids in URLs: one page under a new address for every visit. The first address of a page is asked, the next one is a trap. */
import type { TrapFinding } from './finding.ts';
import { Recent } from './recent.ts';

/** Names that nothing else is called by. */
const certainNames =
  /^(?:j?sessionid|phpsess(?:id|ion)|asp(?:\.net_)?sessionid\w*|session_?(?:id|key)|sessid|cfid|cftoken|oscsid|xtcsid|zenid|modsid)$/i;
/** Names that may be a session's, or a story's: the value has to look like a session's. */
const possibleNames = /^(?:sid|s|ses|sess|session|sessionkey)$/i;
const certainValue = /^.{8,}$/;
/** Hexadecimal, or letters and digits mixed, as long as a session id is. */
const possibleValue = /^(?:[0-9a-f]{24,}|(?=[a-z0-9,_-]*\d)(?=[a-z0-9,_-]*[a-z])[a-z0-9,_-]{20,})$/i;

const pathParameter = /;(?:jsessionid|phpsessid|sessionid|session_id|sid|cfid|cftoken)=[^/;]*/gi;
/** ASP.NET without cookies: `/(S(lit3py55t21z5v55vlm25s55))/`. */
const pathSegment = /\/\((?:[A-Z]\([^()/]{8,}\))+\)(?=\/)/gi;

/** The URL without its session id; null where it has none. */
export function withoutSession({ origin, pathname, search }: URL): string | null {
  const path = pathname.replace(pathParameter, '').replace(pathSegment, '');
  const parameters = search.slice(1).split('&');
  const kept = parameters.filter(parameter => !isSession(parameter));
  if (path === pathname && kept.length === parameters.length) return null;
  return `${origin}${path}?${kept.join('&')}`;
}

function isSession(parameter: string): boolean {
  const equals = parameter.indexOf('=');
  if (equals < 0) return false;
  const name = parameter.slice(0, equals);
  const value = parameter.slice(equals + 1);
  return (certainNames.test(name) && certainValue.test(value)) || (possibleNames.test(name) && possibleValue.test(value));
}

const maxPages = 50_000;

/** @returns asks about each new URL once */
export function sessionTraps(): (url: URL) => TrapFinding | null {
  const pages = new Recent<true>(maxPages);
  return url => {
    const page = withoutSession(url);
    if (page === null) return null;
    if (pages.get(page)) return { trap: 'session', detail: 'the same page was found under another session id' };
    pages.set(page, true);
    return null;
  };
}
