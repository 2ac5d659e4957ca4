import { Parser } from 'htmlparser2';
import { blockText } from './block-text.ts';
import { invisibleElements, surroundingElements } from './elements.ts';
import { decodeReferences } from './entities.ts';
import { isHidden, type MarkupLimits } from './main-text.ts';

/** All text a visitor sees, in document order; navigation, asides and footers are left out. */
export function wholeText(html: string, limits: MarkupLimits): string | 'too-deep' {
  const text = blockText();
  let depth = 0;
  let skippedFrom = 0;
  let isTooDeep = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > limits.maxDepth) {
          isTooDeep = true;
          parser.pause();
          return;
        }
        if (skippedFrom > 0) return;
        if (invisibleElements.has(name) || surroundingElements.has(name) || name === 'title' || isHidden(attributes))
          skippedFrom = depth;
        else text.open(name);
      },
      ontext(data) {
        if (skippedFrom === 0) text.text(decodeReferences(data, 'text'));
      },
      onclosetag(name) {
        if (skippedFrom === 0) text.close(name);
        else if (skippedFrom === depth) {
          skippedFrom = 0;
          text.open('br');
        }
        depth -= 1;
      },
    },
    { recognizeSelfClosing: limits.selfClosing === true, decodeEntities: false },
  );
  parser.write(html);
  if (isTooDeep) return 'too-deep';
  parser.end();
  return text.result();
}
