import { francAll } from 'franc-all';
import { beforeAll, describe, expect, test } from 'vitest';
import { identifyLanguage, type LanguageDetector } from '../../../src/content/index.ts';
import { dominantScript } from '../../../src/content/script.ts';
import { loadLanguageDetector } from '../../../src/crawl/content/language-model.ts';

let detector: LanguageDetector;
beforeAll(async () => {
  detector = await loadLanguageDetector();
});

describe('the language of a text', () => {
  test.each([
    ['deu', 'Latn', 'Der Gärtner kam früh am Morgen und goss die Beete, bevor die Sonne hoch stand.'],
    ['gsw', 'Latn', 'Dr Gärtner isch am Morge früeh cho und het d Beet gosse, bevor d Sunne hööch am Himmel gstande isch.'],
    ['eng', 'Latn', 'The gardener came early in the morning and watered the beds before the sun was high.'],
    ['rus', 'Cyrl', 'Садовник пришёл рано утром и полил грядки, пока солнце не поднялось высоко.'],
    ['ell', 'Grek', 'Ο κηπουρός ήρθε νωρίς το πρωί και πότισε τα παρτέρια πριν ανέβει ο ήλιος.'],
    ['ara', 'Arab', 'جاء البستاني في الصباح الباكر وسقى الأحواض قبل أن ترتفع الشمس.'],
    ['zho', 'Hans', '园丁一大早就来了，在太阳升高之前给花坛浇了水，然后把这个月长出来的东西都记了下来。'],
    ['zho', 'Hant', '園丁一大早就來了，在太陽升高之前給花壇澆了水，然後把這個月長出來的東西都記了下來。'],
    ['jpn', 'Jpan', '庭師は朝早くやって来て、太陽が高くなる前に花壇に水をやった。'],
    ['kor', 'Hang', '정원사는 아침 일찍 와서 해가 높이 뜨기 전에 화단에 물을 주었다.'],
    ['hin', 'Deva', 'माली सुबह जल्दी आया और सूरज चढ़ने से पहले क्यारियों को पानी दिया।'],
    ['tha', 'Thai', 'คนสวนมาแต่เช้าและรดน้ำแปลงดอกไม้ก่อนที่ดวงอาทิตย์จะขึ้นสูง'],
  ])('%s in %s', (language, script, text) => {
    const found = identifyLanguage(text, detector);
    expect(found).toMatchObject({ language, script });
    expect(found!.score).toBeGreaterThan(0);
    expect(found!.score).toBeLessThanOrEqual(1);
  });

  test.each(['', '42', 'Hallo Welt', '… — 2023 / 11', '日本'])('"%s" is too short to tell', text => {
    expect(identifyLanguage(text, detector)).toBeUndefined();
  });

  test('is read from the middle: a long foreign menu at the top does not decide', () => {
    const german = 'Die Beete waren trocken, und niemand hatte seit Montag gegossen. '.repeat(60);
    expect(identifyLanguage(`${'Home About Contact Login '.repeat(40)}\n${german}`, detector)).toMatchObject({ language: 'deu' });
  });

  test('is asked of the middle third first; only where that leaves a doubt does the whole sample decide', () => {
    const text = 'The beds were dry and nobody had watered them since Monday morning. '.repeat(20);
    const askedBy = (probability: number): readonly number[] => {
      const lengths: number[] = [];
      identifyLanguage(text, piece => {
        lengths.push(piece.length);
        return { label: piece.length > 200 ? 'nl' : 'en', probability };
      });
      return lengths;
    };
    expect(askedBy(0.9)).toEqual([200]);
    expect(askedBy(0.89)).toEqual([200, expect.any(Number)]);
    expect(identifyLanguage(text, piece => ({ label: piece.length > 200 ? 'nl' : 'en', probability: 0.8 }))?.language).toBe(
      'nld',
    );
    expect(identifyLanguage(text, detector)?.language).toBe('eng');
  });

  test('letters beyond the Basic Multilingual Plane are one each', () => {
    expect(dominantScript('𞤀𞤣𞤤𞤢𞤥 𞤆𞤵𞤤𞤢𞤪 abc')).toMatchObject({ script: 'Adlm', letters: 13 });
  });

  test('a Japanese or Arabic manual full of Latin names is in its own script', () => {
    const japanese =
      'インストールした後で「apt-get update && apt-get dist-upgrade」を root で実行すると、/etc/apt/sources.list.d にある package の一覧が更新されます。';
    const arabic =
      'شغّل الأمر apt-get update && apt-get dist-upgrade بصلاحيات root لتحديث قائمة الحزم في /etc/apt/sources.list.d ثم أعد تشغيل systemd-networkd.service';
    expect(identifyLanguage(japanese, () => ({ label: 'ja', probability: 0.99 }))).toMatchObject({ script: 'Jpan' });
    expect(identifyLanguage(arabic, () => ({ label: 'ar', probability: 0.99 }))).toMatchObject({ script: 'Arab' });
  });

  test('a language written in another script than usual keeps the one it is in', () => {
    const serbian = 'Baštovan je došao rano ujutru i zalio leje pre nego što je sunce odskočilo visoko iznad kuća.';
    expect(identifyLanguage(serbian, () => ({ label: 'sr', probability: 0.9 }))).toMatchObject({
      language: 'srp',
      script: 'Latn',
    });
  });

  test('placeholders of masked data are no words', () => {
    expect(identifyLanguage('<email-pii> <phone-pii> '.repeat(50), detector)).toBeUndefined();
  });
});

describe('the second stage', () => {
  const guess: LanguageDetector = () => ({ label: 'en', probability: 0.2 });
  const unsure: LanguageDetector = Object.assign(() => guess(''), { trigrams: francAll });
  const maori =
    'I tae wawe mai te kaimahi māra i te ata. I whakamākūkū ia i ngā moenga. Kāore anō te rā kia tiketike. Ka tuhia e ia ngā mea i tupu.';

  test('decides where the model is unsure and there are four sentences', () => {
    expect(identifyLanguage(maori, unsure)).toMatchObject({ language: 'mri', script: 'Latn' });
  });

  test('is not asked about less than that, nor where the model is sure', () => {
    expect(identifyLanguage(maori.replaceAll('.', ''), unsure)).toMatchObject({ language: 'eng', score: 0.2 });
    expect(identifyLanguage(maori, guess)).toMatchObject({ language: 'eng', score: 0.2 });
    expect(identifyLanguage(maori, () => ({ label: 'en', probability: 1.000016 }))).toEqual({
      language: 'eng',
      script: 'Latn',
      score: 1,
    });
  });

  test('a model without an answer leaves it undefined', () => {
    expect(identifyLanguage('Kein Modell weiss etwas hierzu', () => undefined)).toBeUndefined();
  });
});
