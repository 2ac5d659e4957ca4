import { assetForm, headOctets } from './asset.ts';
import { concealedMetadata } from './concealed.ts';
import { miningAssertions } from './jumbf.ts';
import { markOctets, scanXmp } from './xmp.ts';

/**
 * The octet ranges that the asset signals read of a file, and nothing of the work itself: its first octets, XMP packets that speak of a reservation,
 * the marks of other packets (how many there are matters), the assertions of a C2PA store, and what tells of metadata that cannot be seen. Empty for
 * pages of text.
 * On a body that is blank except for these ranges every asset signal reads what it read on the file.
 */
export function assetRanges(body: Uint8Array, contentType?: string): readonly (readonly [start: number, end: number])[] {
  const form = assetForm(body, contentType);
  const head = headOctets(body, form);
  if (form === null) return head > 0 ? [[0, head]] : [];
  const { packets, isBroken, scannedTo } = scanXmp(body);
  const { assertions, cutBy } = miningAssertions(body);
  const clamp = (start: number, end: number): readonly [number, number] => [Math.max(0, start), Math.min(end, body.length)];
  return [
    clamp(0, head),
    ...packets.flatMap(({ start, end, isRelevant }) =>
      isRelevant ? [clamp(start, end)] : [clamp(start, start + markOctets), clamp(end - markOctets, end)],
    ),
    ...(isBroken ? [clamp(scannedTo, scannedTo + markOctets)] : []),
    ...assertions.map(({ start, end }) => clamp(start, end)),
    ...cutBy.map(([start, end]) => clamp(start, end)),
    ...concealedMetadata(body, form).octets.map(([start, end]) => clamp(start, end)),
  ];
}
