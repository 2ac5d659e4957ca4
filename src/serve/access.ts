/** Who may read: whoever knows the secret, as `Authorization: Bearer` or, in a browser, as the cookie that it was exchanged for. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Access {
  /** Always true where no secret is asked for. */
  isKnown(headers: IncomingHttpHeaders): boolean;
  /** Value of `Set-Cookie` for the right secret; undefined for any other. `isSecure`: the browser speaks TLS with whoever passes on to us. */
  enter(secret: string, isSecure: boolean): string | undefined;
}

const cookieName = 'heed-dashboard';
/** A working day. */
const lastsMs = 12 * 3_600_000;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Takes the same time wherever two texts differ, and whatever their lengths are. */
const isEqual = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

/** @param wallClock ms since epoch */
export function createAccess(secret: string | undefined, wallClock: () => number): Access {
  if (secret === undefined) return { isKnown: () => true, enter: () => undefined };
  // The cookie is not the secret: it ends by itself, and with a new secret.
  const seal = (untilMs: string): string => createHmac('sha256', secret).update(`${cookieName} ${untilMs}`).digest('base64url');
  const isSession = (value: string): boolean => {
    const [, untilMs = '', mac = ''] = /^(\d{13})\.([\w-]{43})$/.exec(value) ?? [];
    return isEqual(mac, seal(untilMs)) && Number(untilMs) > wallClock();
  };
  return {
    isKnown: ({ authorization = '', cookie = '' }) => {
      const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (bearer !== undefined) return isEqual(bearer, secret);
      return cookie
        .split(';')
        .map(pair => pair.trim())
        .some(pair => pair.startsWith(`${cookieName}=`) && isSession(pair.slice(cookieName.length + 1)));
    },
    enter: (given, isSecure) => {
      if (!isEqual(given, secret)) return undefined;
      const untilMs = String(wallClock() + lastsMs);
      const flags = `Path=/; Max-Age=${lastsMs / 1_000}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
      return `${cookieName}=${untilMs}.${seal(untilMs)}; ${flags}`;
    },
  };
}
