import type { HostileCase, Row } from '../case.ts';
import { addressRows } from './01-07-addresses.ts';
import { urlRows } from './12-19-urls.ts';
import { messageRows } from './20-28-messages.ts';
import { answerRows } from './29-38-answers.ts';
import { codingRows } from './39-47-codings.ts';
import { robotsRows } from './48-56-robots.ts';
import { declarationRows } from './57-63-declarations.ts';
import { discoveryRows } from './64-65-discovery.ts';
import { pageRows } from './66-76-pages.ts';

export const rows: readonly Row[] = [
  ...addressRows,
  ...urlRows,
  ...messageRows,
  ...answerRows,
  ...codingRows,
  ...robotsRows,
  ...declarationRows,
  ...discoveryRows,
  ...pageRows,
];
export const cases: readonly HostileCase[] = rows.flatMap(row => row.cases);
