import type { Anomaly, Exchange, Reading, SignalId, Statement } from '../../vocab/index.ts';
import { isNonEmpty } from '../../vocab/index.ts';
import { anomaly, citeAbsence } from '../cite.ts';
import { type Asset, cutShort } from './asset.ts';
import { concealedMetadata } from './concealed.ts';
import { scanXmp } from './xmp.ts';
import { maxProperties, propertiesOf, type XmpProperty } from './xmp-property.ts';

export interface PropertyReading {
  readonly statement: Statement | null;
  readonly anomalies: readonly Anomaly[];
}

export interface XmpSignal {
  readonly id: SignalId;
  readonly spec: string;
  /** What an absence is an absence of. */
  readonly looked: string;
  /** By namespace and local name. */
  readonly isWanted: (namespace: string, name: string) => boolean;
}

const maxAnomalies = 8;

/**
 * All packets of a file, read for one kind of property. Every statement found counts; a file with a broken packet that speaks of a reservation, with
 * more than is read, with metadata that cannot be seen, or that was cut short, is unreadable unless something in it refuses.
 * @param read one property; `isSole` when the file holds no other packet, so that what it says it says of the file itself
 */
export function readXmpAsset(
  { id, spec, looked, isWanted }: XmpSignal,
  page: Exchange,
  asset: Asset,
  read: (property: XmpProperty, isSole: boolean) => PropertyReading,
): Reading {
  const { packets, isBroken } = scanXmp(asset.body);
  const absence = citeAbsence(id, page, looked, spec);
  let left = maxProperties;
  const perPacket = packets.map(packet => {
    const found = propertiesOf(id, page, asset.body, packet, spec, isWanted, left);
    left -= found.properties.length;
    return found;
  });
  const properties = perPacket.flatMap(one => one.properties);
  const isConcealed = concealedMetadata(asset.body, asset.form).xmp;
  const isSole = packets.length === 1 && !isBroken && !isConcealed;
  const found = properties.map(property => read(property, isSole));
  const statements = found.flatMap(({ statement }) => statement ?? []);
  const isDamaged = isBroken || packets.some(({ isRelevant, parsed }) => isRelevant && !parsed);
  const unseen = [
    ...(isDamaged ? [anomaly('xmp.malformed', 'ignored', absence)] : []),
    ...(perPacket.some(({ isCut }) => isCut) ? [anomaly('xmp.too-large', 'ignored', absence)] : []),
    ...(isConcealed ? [anomaly('asset.compressed-metadata', 'ignored', absence)] : []),
  ];
  const anomalies = [...found.flatMap(one => one.anomalies).slice(0, maxAnomalies), ...unseen];
  const isRefused = statements.some(({ preference, form }) => preference === 'disallow' && form !== 'wrong-value');
  if (unseen.length > 0 && !isRefused && isNonEmpty(anomalies)) return { state: 'unreadable', looked: absence, anomalies };
  if (asset.isTruncated && !isRefused) return cutShort(absence, 'xmp.truncated', anomalies);
  if (isNonEmpty(statements)) return { state: 'read', statements, anomalies };
  return { state: 'silent', looked: properties[0]?.evidence ?? absence, anomalies };
}
