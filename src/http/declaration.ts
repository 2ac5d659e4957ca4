import { challengeOf } from '../signals/index.ts';
import type { Retrieval } from '../vocab/index.ts';
import type { Answer, RetrieveRequest, Retriever } from './answer.ts';

export interface DeclarationOptions {
  /** `robots`: the beginning of a large file counts (RFC 9309 §2.5). `file`: one that is too large is not read at all. */
  readonly kind: 'robots' | 'file';
  readonly accept?: string;
  /** Default 512 000 for robots, 1 MiB for other files. */
  readonly maxBytes?: number;
  readonly fields?: RetrieveRequest['fields'];
  readonly signal?: AbortSignal;
  /** Before every request, the first (hop 0) included: wait here to keep an origin's pace, or answer `refuse`. */
  readonly beforeHop?: (url: string, hop: number) => Promise<'refuse' | undefined> | Promise<void>;
  /** After every request; `endedAtMs` is monotonic. */
  readonly afterHop?: (url: string, endedAtMs: number, answer: Answer) => void;
}

/** `url` is the one asked first, whose origin the declaration speaks for; the rest is of the last answer. */
export interface DeclarationAnswer extends Answer {
  /** URLs that answered with a redirect, in order. */
  readonly hops: readonly string[];
  /** The URL of the last answer. */
  readonly finalUrl: string;
}

/** RFC 9309 §2.3.1.2: at least five; the contract says exactly five. */
const maxRedirects = 5;
const maxRobotsBytes = 512_000; // RFC 9309 §2.5: at least 500 KiB
const maxFileBytes = 1024 * 1024;

/**
 * Fetches a declaration of an origin. Redirects are followed, also to other hosts (RFC 9309 §2.3.1.2), each one checked like any URL; a
 * sixth, a loop, or one that leads nowhere a crawler may go is unreachable with cause `redirects`, never "no such file".
 */
export async function retrieveDeclaration(
  retriever: Pick<Retriever, 'retrieve'>,
  url: string,
  options: DeclarationOptions,
): Promise<DeclarationAnswer> {
  const request = requestOf(options);
  const hops: string[] = [];
  for (let target = url; ; ) {
    if ((await options.beforeHop?.(target, hops.length)) === 'refuse') return refusedHop(url, target, hops);
    const answer = await retriever.retrieve(target, request);
    options.afterHop?.(target, answer.endedAtMs, answer);
    const finish = (retrieval: Retrieval, detail = answer.detail): DeclarationAnswer => ({
      ...answer,
      url,
      hops,
      finalUrl: target,
      digest: retrieval === answer.retrieval || retrieval.outcome === 'successful' ? answer.digest : null,
      retrieval,
      ...(detail === undefined ? {} : { detail }),
    });
    if (answer.refusal !== undefined && answer.refusal !== 'address' && hops.length > 0) {
      return finish({ outcome: 'unreachable', cause: 'redirects' }, `redirected to a refused URL: ${answer.refusal}`);
    }
    const { retrieval } = answer;
    if (retrieval.outcome === 'successful' && retrieval.status === 206) {
      const { status, fields } = retrieval;
      // Nobody asked for a part: a cut of ours leaves rules that count, a cut of theirs may leave them out.
      return finish({ outcome: 'unreachable', cause: 'protocol', status, fields }, 'a part that was not asked for');
    }
    // A 4xx of robots.txt has a meaning of its own (RFC 9309 §2.3.1.3), whatever stands in it; of another file it would read as silence.
    const mayHide = retrieval.outcome === 'successful' || (retrieval.outcome === 'unavailable' && options.kind === 'file');
    if (mayHide && challengeOf('http.status', answer)) {
      const { status, fields } = retrieval;
      // A test for people in the place of the file: what the file says is not known.
      return finish({ outcome: 'unreachable', cause: 'status', status, fields }, 'a challenge in the place of the file');
    }
    if (retrieval.outcome === 'successful') return finish({ ...retrieval, hops });
    const isRedirect =
      retrieval.outcome === 'unavailable' && retrieval.status >= 300 && retrieval.status < 400 && retrieval.status !== 304;
    if (!isRedirect) return finish(retrieval);
    hops.push(target);
    const { status, fields } = retrieval;
    const stuck = (why: string): DeclarationAnswer => finish({ outcome: 'unreachable', cause: 'redirects', status, fields }, why);
    const next = answer.location;
    if (next === undefined || !/^https?:/.test(next)) return stuck('redirected to no web address');
    if (hops.length > maxRedirects) return stuck(`more than ${maxRedirects} redirects`);
    if (hops.includes(next)) return stuck('redirected in a circle');
    target = next;
  }
}

function requestOf({ kind, accept, maxBytes, fields, signal }: DeclarationOptions): RetrieveRequest {
  const isRobots = kind === 'robots';
  return {
    accept: accept ?? (isRobots ? 'text/plain,*/*;q=0.1' : '*/*'),
    maxBytes: maxBytes ?? (isRobots ? maxRobotsBytes : maxFileBytes),
    cut: isRobots,
    ...(fields === undefined ? {} : { fields }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function refusedHop(url: string, target: string, hops: readonly string[]): DeclarationAnswer {
  const atMs = performance.now();
  const isFirst = hops.length === 0;
  const retrieval: Retrieval = isFirst
    ? { outcome: 'not-attempted', why: 'omitted' }
    : { outcome: 'unreachable', cause: 'redirects' };
  const detail = isFirst ? 'not asked' : 'redirected to a URL that the caller refused';
  const times = { startedAtMs: atMs, endedAtMs: atMs };
  return { url, retrievedAt: null, digest: null, retrieval, wireBytes: 0, ...times, detail, hops, finalUrl: target };
}
