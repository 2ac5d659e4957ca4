import { assetForm, magicOctets } from './asset.ts';
import { miningAssertions } from './jumbf.ts';
import { scanXmp } from './xmp.ts';

const markOctets = 16;

/**
 * The octet ranges that the asset signals read of a file, and nothing of the work itself: its first octets, XMP packets that speak of a reservation,
 * the marks of other packets (how many there are matters), and the assertions of a C2PA store. Empty for pages of text.
 * On a body that is blank except for these ranges every asset signal reads what it read on the file.
 */
export function assetRanges(body: Uint8Array, contentType?: string): readonly (readonly [start: number, end: number])[] {
  const form = assetForm(body, contentType);
  if (form === null || form === 'epub') return [];
  const { packets, isBroken, scannedTo } = scanXmp(body);
  const clamp = (start: number, end: number): readonly [number, number] => [Math.max(0, start), Math.min(end, body.length)];
  return [
    clamp(0, magicOctets),
    ...packets.flatMap(({ start, end, isRelevant }) =>
      isRelevant ? [clamp(start, end)] : [clamp(start, start + markOctets), clamp(end - markOctets, end)],
    ),
    ...(isBroken ? [clamp(scannedTo, scannedTo + markOctets)] : []),
    ...miningAssertions(body).map(({ start, end }) => clamp(start, end)),
  ];
}
