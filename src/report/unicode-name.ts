/**
 * What people call a domain whose name is written in ASCII (`xn--bcher-kva.example`: `bücher.example`). It is shown beside the name and never in its
 * place, for letters of two scripts may look alike.
 * @returns undefined where the name has no such label, or where one is not what RFC 3492 and IDNA would make of letters, marks and digits
 */
export function unicodeName(domain: string): string | undefined {
  if (!/(?:^|\.)xn--/.test(domain)) return undefined;
  const labels = domain.split('.').map(label => (label.startsWith('xn--') ? decoded(label.slice(4)) : label));
  return labels.every(label => label !== undefined) ? labels.join('.') : undefined;
}

/** RFC 3492 §6.2. */
function decoded(label: string): string | undefined {
  const end = label.lastIndexOf('-');
  const points = [...label.slice(0, Math.max(0, end))].map(letter => letter.charCodeAt(0));
  let [point, at, bias, place] = [128, 0, 72, end + 1];
  while (place < label.length) {
    const before = at;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = digits.indexOf(label[place++] ?? ' ');
      if (digit < 0) return undefined;
      at += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = points.length + 1;
    bias = adapted(at - before, count, before === 0);
    point += Math.floor(at / count);
    at %= count;
    if (point > 0x10_ff_ff) return undefined;
    points.splice(at++, 0, point);
  }
  const text = String.fromCodePoint(...points);
  return /^[\p{L}\p{M}\p{N}-]+$/u.test(text) && text === text.normalize('NFKC').toLowerCase() ? text : undefined;
}

const digits = 'abcdefghijklmnopqrstuvwxyz0123456789';

function adapted(delta: number, count: number, isFirst: boolean): number {
  let left = Math.floor(delta / (isFirst ? 700 : 2));
  left += Math.floor(left / count);
  let k = 0;
  for (; left > 455; k += 36) left = Math.floor(left / 35);
  return k + Math.floor((36 * left) / (left + 38));
}
