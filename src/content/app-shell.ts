import { Parser } from 'htmlparser2';
import { decodeText } from './decode.ts';
import { invisibleElements } from './elements.ts';
import { isHidden } from './main-text.ts';
import { textFormOf } from './media-type.ts';

/**
 * Is this an application shell: markup that holds no page yet, only what a script fills?
 * - `empty-mount`: an element that frameworks render into (`#root`, `#app`, `#__next`, `<app-root>`, …) is empty, or says no more than "loading"
 * - `asks-for-script`: its `noscript` asks for JavaScript, and little else is to be read
 * - `script-only`: scripts, and nothing to read at all
 * Otherwise why not: other media types, frames, enough to read, no script, or no such sign.
 */
export type AppShell =
  | { readonly isShell: true; readonly why: 'empty-mount' | 'asks-for-script' | 'script-only' }
  | { readonly isShell: false; readonly why: 'media-type' | 'frames' | 'text' | 'no-script' | 'no-sign' };

/** Letters and digits to be read, from which on a page speaks for itself, whatever its scripts add. */
const enoughToRead = 400;
/** So much beside a `noscript` that asks for JavaScript is a heading and a menu. */
const littleToRead = 150;
/** "Loading…", "Please wait". */
const nothingToRead = 16;

const mountIds: ReadonlySet<string> = new Set(
  'root app __next __nuxt ___gatsby svelte sveltekit-body react-root app-root app-container app-mount main-app application ember-app q-app vue-app elm-app flutter_app reactroot mount'.split(
    ' ',
  ),
);
const mountAttributes: readonly string[] = ['ng-app', 'data-ng-app', 'data-reactroot', 'data-v-app', 'data-server-rendered'];
const mountElements: ReadonlySet<string> = new Set(['app-root', 'my-app', 'flutter-view', 'root-app', 'shell-app']);
/** Of a `script`: what a browser runs (WHATWG HTML §4.12.1). */
const scriptType = /^(?:(?:text|application)\/(?:x-)?(?:java|ecma)script|module)$/i;

/**
 * Looks at the beginning of a page until it is plain that there is enough to read. Linear in the body.
 * @param contentType field value as received
 */
export function appShellOf(body: Uint8Array, contentType: string | undefined): AppShell {
  const form = textFormOf(body, contentType);
  if (form !== 'html' && form !== 'xhtml') return { isShell: false, why: 'media-type' };
  const seen = look(decodeText(body, contentType).text, form === 'xhtml');
  if (seen.hasFrames) return { isShell: false, why: 'frames' };
  if (seen.letters >= enoughToRead) return { isShell: false, why: 'text' };
  if (seen.scripts === 0) return { isShell: false, why: 'no-script' };
  if (seen.hasEmptyMount) return { isShell: true, why: 'empty-mount' };
  if (seen.asksForScript && seen.letters < littleToRead) return { isShell: true, why: 'asks-for-script' };
  if (seen.letters <= nothingToRead) return { isShell: true, why: 'script-only' };
  return { isShell: false, why: 'no-sign' };
}

interface Seen {
  letters: number;
  scripts: number;
  hasFrames: boolean;
  hasEmptyMount: boolean;
  asksForScript: boolean;
}

function look(markup: string, isXhtml: boolean): Seen {
  const seen: Seen = { letters: 0, scripts: 0, hasFrames: false, hasEmptyMount: false, asksForScript: false };
  let depth = 0;
  let hiddenFrom = 0;
  let noscriptFrom = 0;
  /** Where mount elements are open, and how much had been read before each. */
  const mounts: { depth: number; letters: number }[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (name === 'frameset') seen.hasFrames = true;
        if (name === 'script' && isRun(attributes)) seen.scripts += 1;
        if (name === 'noscript' && noscriptFrom === 0) noscriptFrom = depth;
        // A mount may be hidden until it is filled.
        if (isMount(name, attributes)) mounts.push({ depth, letters: seen.letters });
        if (hiddenFrom === 0 && (invisibleElements.has(name) || name === 'title' || isHidden(attributes))) hiddenFrom = depth;
      },
      ontext(data) {
        if (noscriptFrom > 0 && /java\s?script/i.test(data)) seen.asksForScript = true;
        if (hiddenFrom > 0) return;
        seen.letters += data.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
        // Nothing that follows could make a shell of it.
        if (seen.letters >= enoughToRead) parser.pause();
      },
      onclosetag() {
        const mount = mounts.at(-1);
        if (mount?.depth === depth) {
          mounts.pop();
          if (seen.letters - mount.letters <= nothingToRead) seen.hasEmptyMount = true;
        }
        if (hiddenFrom === depth) hiddenFrom = 0;
        if (noscriptFrom === depth) noscriptFrom = 0;
        depth -= 1;
      },
    },
    { recognizeSelfClosing: isXhtml },
  );
  parser.write(markup);
  if (seen.letters < enoughToRead) parser.end();
  return seen;
}

type Attributes = Readonly<Record<string, string>>;

const isMount = (name: string, attributes: Attributes): boolean =>
  mountElements.has(name) ||
  mountIds.has(attributes.id?.trim().toLowerCase() ?? '') ||
  mountAttributes.some(attribute => Object.hasOwn(attributes, attribute));

function isRun({ type, src }: Attributes): boolean {
  const kind = type?.trim() ?? '';
  return (kind === '' || scriptType.test(kind)) && (src === undefined || src.trim() !== '');
}
