import { isCaseError } from '../../../src/assess/index.ts';
import type { Carriers } from '../../../src/vocab/index.ts';
import { reader, type VectorCase, vectorFiles, withDefaults } from '../../vectors/load.ts';

export { vectorFiles };

/** The carriers a vector's case stands for. */
export function carriersOfCase(vector: VectorCase): Carriers {
  const parsed = reader.read(withDefaults(vector.case));
  if (isCaseError(parsed)) throw new Error(`${parsed.code} ${parsed.message}`);
  return parsed.carriers;
}
