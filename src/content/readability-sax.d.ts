/** The SAX port of the Readability algorithm has no declarations of its own; only what `main-text.ts` calls is described. */
declare module 'readabilitySAX/readabilitySAX.js' {
  interface ReadabilitySettings {
    readonly stripUnlikelyCandidates?: boolean;
    readonly weightClasses?: boolean;
    readonly cleanConditionally?: boolean;
    readonly searchFurtherPages?: boolean;
    readonly replaceImgs?: boolean;
  }
  interface EventReceiver {
    onopentag(name: string, attributes: Readonly<Record<string, string>>): void;
    ontext(text: string): void;
    onclosetag(name: string): void;
  }
  class Readability {
    constructor(settings?: ReadabilitySettings);
    onopentagname(name: string): void;
    onattribute(name: string, value: string): void;
    ontext(text: string): void;
    onclosetag(name: string): void;
    /** 0 keeps every filter; 1, 2 and 3 each drop one more. */
    setSkipLevel(level: number): void;
    /** Replays the chosen part of the page. */
    getEvents(receiver: EventReceiver): void;
  }
  export default Readability;
}
