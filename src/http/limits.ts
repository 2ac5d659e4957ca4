/** Every bound on one request. Durations in ms, sizes in bytes. None of them can be switched off. */
export interface Limits {
  /** Name lookup, TCP and TLS handshake together. Default 10 000. */
  readonly connectMs: number;
  /** From the request being written to the end of the response's header section. Default 20 000. */
  readonly firstByteMs: number;
  /** From `retrieve` being called to the last byte; a slow drip ends here. Default 60 000. */
  readonly totalMs: number;
  /** Content as transferred, before any Content-Encoding is undone. Default 10 MiB. */
  readonly maxWireBytes: number;
  /** Content after decoding. Default 10 MiB. */
  readonly maxBytes: number;
  /** Decoded to transferred, once the decoded content passes 1 MiB. Default 200. */
  readonly maxRatio: number;
  /** Layers of Content-Encoding. Default 3. */
  readonly maxEncodings: number;
  /** Field lines of a response. Default 100. */
  readonly maxFields: number;
  /** Name and value of one field line; the whole section may hold four times as much. Default 16 KiB. */
  readonly maxFieldBytes: number;
  /** Characters of a URL. Default 2048. */
  readonly maxUrlLength: number;
  /** Transfers of more than 1 MiB that are read from at the same time; the others wait within their total time. Default 8. */
  readonly maxLarge: number;
  /** Kept open at the same time; beyond, idle ones are closed first, the least recently used before others. Default 256. */
  readonly maxConnections: number;
  /** Clamp for Retry-After, so that a run ends. Default 60 000. */
  readonly maxRetryAfterMs: number;
}

export const defaultLimits: Limits = {
  connectMs: 10_000,
  firstByteMs: 20_000,
  totalMs: 60_000,
  maxWireBytes: 10 * 1024 * 1024,
  maxBytes: 10 * 1024 * 1024,
  maxRatio: 200,
  maxEncodings: 3,
  maxFields: 100,
  maxFieldBytes: 16 * 1024,
  maxUrlLength: 2048,
  maxLarge: 8,
  maxConnections: 256,
  maxRetryAfterMs: 60_000,
};

/** Below this the ratio is not looked at: small pages of spaces are common. */
export const ratioFreeBytes: number = 1024 * 1024;

/** Of a refusal (4xx) only the beginning is of interest; of a redirect or a failure nothing is, but reading it keeps the connection. */
export const maxSideBytes: number = 64 * 1024;

/** Interim (1xx) responses before we give up; HTTP sets no bound. */
export const maxInterimResponses = 16;
