import { hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Digest, Instant, UnreachableCause } from '../../vocab/index.ts';
import { type Hearer, hear, unhear } from '../abort.ts';
import type { Answer, Head, RetrieveRequest } from '../answer.ts';
import { fieldLines, locationOf } from '../fields/fields.ts';
import { retryAfterMs } from '../fields/retry-after.ts';
import { type Limits, maxInterimResponses } from '../limits.ts';
import type { Local } from './causes.ts';
import { failureOf } from './causes.ts';
import { Collector } from './collector.ts';
import type { Connection } from './connections.ts';
import { outcomeOf } from './content.ts';
import { type Outcome, planOf, type ReadingPlan } from './head.ts';
import { freeBytes, type LargeTransfers } from './large-transfers.ts';
import type { StallClock } from './stall-clock.ts';

/** What all transfers of a retriever share. */
export interface Wire {
  readonly limits: Limits;
  readonly large: LargeTransfers;
  readonly stalls: StallClock;
  readonly connectionOf: (url: URL) => Connection;
  /** Each time anew: a signature holds for one request. */
  readonly fieldsOf: (url: URL, request: RetrieveRequest, at: Instant) => string[];
  readonly now: () => Instant;
  /** Nothing of it is under way at its site any more. */
  readonly ended: (transfer: Transfer) => void;
}

export interface TransferInput {
  readonly url: string;
  readonly parsed: URL;
  readonly request: RetrieveRequest;
  readonly retrievedAt: Instant;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const over: Error = new Error('the transfer is over');

/**
 * One request and its response, as undici tells it. A class with methods instead of closures: one object per request is all it costs.
 * Every path ends in one call of `resolve` or `reject`. Unless we end it ourselves a message must arrive whole, whatever its status:
 * half an answer is no answer.
 */
export class Transfer implements Dispatcher.DispatchHandler, Hearer {
  readonly #wire: Wire;
  readonly #input: TransferInput;
  readonly #startedAtMs: number = performance.now();
  #timer: NodeJS.Timeout;
  /** Deafness and pauses of ours that the deadline has already been moved by, in ms. */
  #forgivenMs = 0;
  readonly #stalledBeforeMs: number;
  readonly #content = new Collector();
  #connection: Connection | undefined;
  /** What the socket had received before this request was sent on it; 0 for a new one. */
  #receivedBefore = 0;
  #socket: Socket | undefined;
  #isRepeated = false;
  #controller: Dispatcher.DispatchController | null = null;
  /** Of the socket it was sent on: the connection may be on its next one by the time the content is decoded. */
  #remoteAddress: string | undefined;
  #isOver = false;
  #interim = 0;
  #head: Head | null = null;
  #plan: ReadingPlan | null = null;
  #wireBytes = 0;
  #isLarge = false;
  #pausedMs = 0;
  #pausedSinceMs: number | undefined;
  #endedAtMs = 0;

  constructor(wire: Wire, input: TransferInput) {
    this.#wire = wire;
    this.#input = input;
    // One deadline over everything, begun before the connection is made.
    this.#timer = setTimeout(onDeadline, wire.limits.totalMs, this);
    wire.stalls.enter();
    this.#stalledBeforeMs = wire.stalls.stalledMs;
    if (input.request.signal) hear(input.request.signal, this);
  }

  /** Sends the request. */
  begin(): void {
    const { parsed, request, retrievedAt } = this.#input;
    this.#connection = this.#wire.connectionOf(parsed);
    const headers = this.#wire.fieldsOf(parsed, request, this.#isRepeated ? this.#wire.now() : retrievedAt);
    this.#connection.client.dispatch({ method: 'GET', path: targetOf(parsed), headers }, this);
  }

  /** The total time is over, unless this process spent some of it deaf or kept the site waiting: so much is given back. */
  deadline(): void {
    const { stalls, limits } = this.#wire;
    this.#countPause();
    const ours = stalls.stalledMs - this.#stalledBeforeMs + this.#pausedMs;
    const owedMs = Math.min(ours, maxForgiveness * limits.totalMs) - this.#forgivenMs;
    if (owedMs <= 0) {
      this.fail('timeout', 'not complete within the total time');
      return;
    }
    this.#forgivenMs += owedMs;
    this.#timer = setTimeout(onDeadline, owedMs, this);
  }

  /** The caller's signal aborts. */
  onAbort(): void {
    this.reject(this.#input.request.signal?.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#socket = this.#connection?.socket;
    this.#receivedBefore = this.#socket?.bytesRead ?? 0;
    this.#remoteAddress = this.#connection?.remoteAddress;
    // Given up while the connection was being made: nothing is sent any more.
    if (this.#isOver) controller.abort(over);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.#isOver) return;
    try {
      this.#readHead({ status, fields: fieldLines((controller.rawHeaders ?? []) as readonly (Buffer | string)[]) });
    } catch (error) {
      this.reject(error);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const plan = this.#plan;
    if (this.#isOver || plan === null) return;
    this.#wireBytes += chunk.length;
    if (plan.want !== 'nothing') this.#content.add(chunk, plan.expectedBytes);
    if (this.#wireBytes <= plan.maxWireBytes) {
      if (this.#wireBytes > freeBytes && !this.#isLarge) {
        this.#isLarge = true;
        if (!this.#wire.large.enter(this)) {
          this.#pausedSinceMs = performance.now();
          controller.pause();
        }
      }
      return;
    }
    if (plan.beyond === 'cut') this.#finish(false);
    else this.fail('too-large', `more than ${plan.maxWireBytes} bytes`);
  }

  /** Others have made room. */
  resume(): void {
    if (this.#isOver) return;
    this.#countPause();
    this.#pausedSinceMs = undefined;
    // Not within another transfer's end: all connections share one parser, which is at work then.
    setImmediate(() => this.#isOver || this.#controller?.resume());
  }

  #countPause(): void {
    if (this.#pausedSinceMs === undefined) return;
    const now = performance.now();
    this.#pausedMs += now - this.#pausedSinceMs;
    this.#pausedSinceMs = now;
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    // A body without a length of its own is whole where the connection closes in order (RFC 9112 §6.3); the parser also takes a broken
    // one for its end. A close without TLS close_notify looks orderly to us: Node does not tell the two apart.
    if (this.#connection?.isBroken) this.fail('reset', 'the connection broke before the end');
    else this.#finish(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    const { cause, detail, local } = failureOf(error, this.#head !== null);
    if (cause === 'reset' && this.#wasStale()) this.#repeat();
    else this.fail(cause, detail, local);
  }

  /**
   * A kept connection that the server had closed by the time of this request, or was just closing: nothing was answered, so that the request may go out
   * once more (RFC 9112 §9.3.1).
   */
  #wasStale(): boolean {
    return !this.#isRepeated && this.#receivedBefore > 0 && this.#socket?.bytesRead === this.#receivedBefore;
  }

  #repeat(): void {
    this.#isRepeated = true;
    this.#controller = null;
    // Not within the end of the connection, whose client is still at work on it.
    queueMicrotask(() => this.#isOver || this.begin());
  }

  /** Ends as unreachable and destroys what is still under way. */
  fail(cause: UnreachableCause, detail: string, local?: Local): void {
    if (this.#isOver) return;
    this.#stop(false);
    this.#settle({ retrieval: { outcome: 'unreachable', cause, ...this.#head }, detail }, local);
  }

  /** Ends with an error of ours: the caller's signal, or a gate that threw. */
  reject(error: unknown): void {
    if (this.#isOver) return;
    this.#stop(false);
    this.#content.drop();
    this.#input.reject(error);
  }

  #readHead(head: Head): void {
    if (head.status < 200) {
      this.#interim += 1;
      // The parser would wait for a status below 100 to be followed by a final one.
      if (head.status < 100)
        this.#end(head, { retrieval: { outcome: 'unreachable', cause: 'status', ...head }, detail: 'no such status' });
      else if (this.#interim > maxInterimResponses) this.fail('protocol', 'too many interim responses');
      return;
    }
    const plan = planOf(head, this.#input.request, this.#wire.limits);
    if (plan.act === 'end') {
      this.#end(head, plan.outcome);
      return;
    }
    this.#head = head;
    this.#plan = plan.reading;
  }

  #end(head: Head, outcome: Outcome): void {
    this.#head = head;
    this.#stop(false);
    this.#settle(outcome);
  }

  /** The content is here, whole or as much of it as we want. */
  #finish(isWhole: boolean): void {
    this.#stop(isWhole);
    const { request, reject } = this.#input;
    try {
      const waiting = this.#plan?.want === 'body' ? request.beforeDecoding?.() : undefined;
      if (waiting === undefined) this.#conclude(isWhole);
      else waiting.then(() => this.#conclude(isWhole)).catch(reject);
    } catch (error) {
      // A fault of ours must not leave the caller waiting.
      reject(error);
    }
  }

  #conclude(isWhole: boolean): void {
    const outcome = outcomeOf(this.#head!, this.#plan!, this.#content.view(), isWhole, this.#wire.limits);
    if (outcome instanceof Promise) outcome.then(late => this.#settle(late)).catch(this.#input.reject);
    else this.#settle(outcome);
  }

  #stop(isConnectionUsable: boolean): void {
    this.#isOver = true;
    this.#endedAtMs = performance.now();
    if (this.#isLarge) this.#wire.large.leave(this);
    clearTimeout(this.#timer);
    this.#wire.stalls.leave();
    this.#wire.ended(this);
    const { signal } = this.#input.request;
    if (signal) unhear(signal, this);
    if (!isConnectionUsable) this.#controller?.abort(over);
  }

  #settle({ retrieval, detail }: Outcome, local?: Local): void {
    const { url, parsed, retrievedAt, resolve } = this.#input;
    this.#content.drop();
    const body = 'body' in retrieval && !('bodyNotRead' in retrieval) ? retrieval.body : undefined;
    const { status, fields } = this.#head ?? { status: 0, fields: [] };
    const location = status >= 300 && status < 400 ? locationOf(fields, parsed) : undefined;
    const wait = status >= 300 ? retryAfterMs(fields, Date.parse(retrievedAt), this.#wire.limits.maxRetryAfterMs) : undefined;
    const remoteAddress = this.#remoteAddress ?? this.#connection?.remoteAddress;
    resolve({
      url,
      retrievedAt,
      digest: body === undefined ? null : (`sha256:${hash('sha256', body)}` as Digest),
      retrieval,
      wireBytes: this.#wireBytes,
      startedAtMs: this.#startedAtMs,
      endedAtMs: this.#endedAtMs,
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      ...(location === undefined ? {} : { location }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(detail === undefined ? {} : { detail }),
      ...(local === undefined ? {} : { local }),
    });
  }
}

/** Of the total time: a deadline that we keep missing ourselves still comes. */
const maxForgiveness = 3;

/** Path and query as the URL has them: an empty query (`/a?`) is sent as one. */
const targetOf = ({ href, origin }: URL): string => (href.split('#', 1)[0] ?? '').slice(origin.length);

const onDeadline = (transfer: Transfer): void => transfer.deadline();
