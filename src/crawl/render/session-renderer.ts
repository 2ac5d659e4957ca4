import { type Pace, type Retriever, userAgent } from '../../http/index.ts';
import type { CrawlOptions } from '../options.ts';
import type { PageContext } from '../page.ts';
import type { FoundBrowser } from './find-browser.ts';
import { renderStep } from './judge-rendered.ts';
import { createRenderer, type Renderer } from './renderer.ts';

type Parts = Pick<PageContext, 'asker' | 'dataset' | 'declarations'> & { readonly retriever: Retriever; readonly pace: Pace };

/** The renderer of a session. */
export function rendererFor(
  browser: FoundBrowser,
  { config, identity, stop, wallClock, onEvent = () => {} }: CrawlOptions,
  parts: Omit<Parts, 'dataset'>,
): Renderer {
  return createRenderer({
    ...{ ...parts, browser, userAgent: userAgent(identity), categories: config.category, signal: stop, wallClock },
    ...{ delayMs: config.delay, maxDelayMs: config['max-delay'], maxDomBytes: config['max-bytes'] },
    ...{ concurrency: config['render-concurrency'], timeoutMs: config['render-timeout'] },
    onStarted: (version, isConfined) => onEvent({ event: 'browser.started', version, sandbox: isConfined }),
    limits: { maxRequests: config['render-requests'], maxBytes: config['render-bytes'] },
  });
}

/** What a page goes through before its text is taken. */
export const renderStepFor = (
  renderer: Renderer,
  { config, wallClock }: CrawlOptions,
  { asker, dataset }: Pick<Parts, 'asker' | 'dataset'>,
): NonNullable<PageContext['render']> =>
  renderStep({
    ...{ renderer, asker, dataset, wallClock, categories: config.category },
    mode: config.render === 'always' ? 'always' : 'auto',
  });
