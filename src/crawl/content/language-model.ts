import { createRequire } from 'node:module';
import { getLIDModel } from 'fasttext.wasm.js';
import type { francAll } from 'franc-all';
import type { LanguageDetector } from '../../content/index.ts';

/** What is used of the WebAssembly vector: its memory is not collected, so it is given back by hand. */
interface Predictions {
  size(): number;
  get(index: number): readonly [probability: number, label: string];
  delete(): void;
}

let loading: Promise<LanguageDetector> | undefined;

/**
 * Loads the fastText model lid.176 that the package ships (176 labels), once per thread; the trigram profiles of franc-all for `identifyLanguage`, 0.15 s
 * and 15 MB, when the first text asks for them. Rejects with the cause when the model file cannot be read.
 */
export function loadLanguageDetector(): Promise<LanguageDetector> {
  loading ??= load().catch(cause => {
    loading = undefined;
    throw cause;
  });
  return loading;
}

async function load(): Promise<LanguageDetector> {
  const model = await (await getLIDModel()).load();
  const detect = (text: string): ReturnType<LanguageDetector> => {
    const predictions = model.predict(text, 1, 0) as unknown as Predictions;
    try {
      if (predictions.size() === 0) return undefined;
      const [probability, label] = predictions.get(0);
      return { label: label.replace('__label__', ''), probability };
    } finally {
      predictions.delete();
    }
  };
  return Object.assign(detect, { trigrams: (text: string) => trigramsOf()(text) });
}

const require = createRequire(import.meta.url);
const trigramsOf = (): typeof francAll => (require('franc-all') as { readonly francAll: typeof francAll }).francAll;
