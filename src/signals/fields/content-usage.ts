/**
 * AIPREF in the header section: draft-ietf-aipref-attach-05 §2, with draft-ietf-aipref-vocab-08.
 * https://datatracker.ietf.org/doc/draft-ietf-aipref-attach/
 *
 * Reads: `Content-Usage: train-ai=n` of the page's own answer: it speaks of the bytes received, so a redirect's field is passed over.
 * Precedence: several field lines are one Dictionary, the last of equal keys counts (RFC 9651 §4.2); beside robots.txt any refusal wins (vocab §5.1).
 * Errors: a value that is no Dictionary, taken as a whole, is unreadable: also what the good lines said is then not heard.
 *
 * Known departures: those of `../content-usage.ts`. An answer without content (a 4xx) is read too; there is nothing to use either way.
 */
import type { Reading, Signal } from '../../vocab/index.ts';
import { readContentUsage } from '../content-usage.ts';
import { openFieldLines } from './field-lines.ts';
import { usageFieldReader } from './usage-fields.ts';

const id = 'field.content-usage';
const readField = usageFieldReader(readContentUsage);

export const fieldContentUsage: Signal = {
  id,
  stage: 'fields',
  bearsOn: ['train-ai', 'ai-use', 'search', 'tdm'],
  read: ({ page }, { about }): Reading => {
    const opened = openFieldLines(id, page, 'content-usage', 'AIPREF attach-05 §2');
    return 'state' in opened ? opened : readField(opened.page, opened.lines, about);
  },
};
