import { getLIDModel } from 'fasttext.wasm.js';
import type { LanguageDetector } from '../../content/index.ts';

/** What is used of the WebAssembly vector: its memory is not collected, so it is given back by hand. */
interface Predictions {
  size(): number;
  get(index: number): readonly [probability: number, label: string];
  delete(): void;
}

let loading: Promise<LanguageDetector> | undefined;

/**
 * Loads the fastText model lid.176 that the package ships (176 labels, about 0.1 s, once per process) for `identifyLanguage`.
 * Rejects with the cause when the model file cannot be read.
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
  return text => {
    const predictions = model.predict(text, 1, 0) as unknown as Predictions;
    try {
      if (predictions.size() === 0) return undefined;
      const [probability, label] = predictions.get(0);
      return { label: label.replace('__label__', ''), probability };
    } finally {
      predictions.delete();
    }
  };
}
