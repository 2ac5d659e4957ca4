import { hash } from 'node:crypto';

/** 52 bits of SHA-1 as a number JavaScript and SQLite both hold exactly. It only finds rows; texts are compared after it. */
export const hash52 = (text: string): number => Number.parseInt(hash('sha1', text).slice(0, 13), 16);

/** There is one record per URL and run. */
export const provenanceId = (run: string, url: string): string => hash('sha256', `${run}\n${url}`).slice(0, 32);
