import type { Evidence, Exchange } from '../../vocab/index.ts';
import type { LicensePointer } from '../wellknown/rsl/pointer.ts';

export interface InlineLicense {
  readonly exchange: Exchange;
  readonly body: Uint8Array;
  readonly octets: Uint8Array;
  readonly start: number;
  readonly attachedTo: 'page' | 'part';
  readonly selector: string;
  readonly evidence: Evidence;
}
export const markupLicensePointers = (_page: Exchange): readonly LicensePointer[] => [];
export const inlineLicenses = (_page: Exchange): readonly InlineLicense[] => [];
