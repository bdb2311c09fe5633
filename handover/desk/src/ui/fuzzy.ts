/** How well a text fits what somebody begins to type: words in any order, beginnings before middles, letters left out. */

const MARKS = /\p{M}/gu;
const UMLAUTS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };
/** Letters with a gap may lie so many times their own length apart. */
const STRETCH = 3;

const plain = (text: string): string => text.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(MARKS, "");

/** Both ways to write an umlaut on a keyboard without one. */
function spellings(text: string): string[] {
  const spelt = plain(text.toLowerCase().replace(/[äöüß]/g, (letter) => UMLAUTS[letter]!));
  return [...new Set([plain(text), spelt])];
}

/** Larger is better; null: it does not fit. `words` may be matched too, and count less than `title`. */
export function fit(query: string, title: string, words = ""): number | null {
  let sum = 0;
  for (const token of plain(query).split(/\s+/).filter(Boolean)) {
    const best = Math.max(
      ...spellings(title).map((text) => fitOf(token, text)),
      ...spellings(words).map((text) => fitOf(token, text, false) / 2),
    );
    if (best <= 0) return null;
    sum += best;
  }
  return sum;
}

function fitOf(token: string, text: string, gaps = true): number {
  const at = text.indexOf(token);
  if (at === 0) return 5;
  if (startsWord(text, token)) return 4;
  if (at > 0 && token.length > 1) return 2;
  return gaps && token.length > 1 && isSpread(token, text) ? 1 : 0;
}

const isBorder = (char: string | undefined): boolean => char === undefined || !/[\p{L}\p{N}]/u.test(char);

function startsWord(text: string, token: string): boolean {
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) if (isBorder(text[at - 1])) return true;
  return false;
}

/** The letters in their order: each the first of a word, or from the beginning of a word and close together. */
function isSpread(token: string, text: string): boolean {
  if (spread(token, [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => word[0]).join(""), 0) !== null) return true;
  for (let start = text.indexOf(token[0]!); start >= 0; start = text.indexOf(token[0]!, start + 1)) {
    const end = isBorder(text[start - 1]) ? spread(token, text, start) : null;
    if (end !== null && end - start < token.length * STRETCH) return true;
  }
  return false;
}

/** Where the last of these letters stands, looked for in their order from `start`. */
function spread(token: string, text: string, start: number): number | null {
  let at = start - 1;
  for (const letter of token) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return null;
  }
  return at;
}
