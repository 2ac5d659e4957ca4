import { CodedError, exitCodes } from '../../vocab/index.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `0`, `90min`, `24h`, `30d` → ms. For times that no timer waits for. @throws CodedError ERR_USAGE (exit 2) */
export function spanMs(flag: string, text: string): number {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)?$/.exec(text.trim()) ?? [];
  if (number !== undefined) return Math.round(Number(number) * (units[unit] ?? 1));
  throw new CodedError('ERR_USAGE', exitCodes.usage, `\`--${flag} ${text.slice(0, 50)}\` is no span of time`, {
    next: 'write 0, 90min, 24h or 30d',
  });
}
