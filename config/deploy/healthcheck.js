// For HEALTHCHECK: whether `heed serve` in this container answers. Ends with 0 or 1, as Docker wants it.
// `HEED_LISTEN` is the setting of heed itself; without it the port of the image.
const port = /(\d+)$/.exec(process.env.HEED_LISTEN ?? '')?.[1] ?? '9465';

try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
