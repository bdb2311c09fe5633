/** Whom a note names: `@` and the whole name. The text alone says it, so that drafts keep it and whoever reads on sees it. */

import type { CaseColleague } from "../wire-notes";

type Named = Pick<CaseColleague, "id" | "name">;

export interface Asked {
  /** Where the sign stands, and the caret. */
  start: number;
  end: number;
  query: string;
}
const LONGEST = 40;
const SIGN = /(?<![\p{L}\p{N}])@([^\n@]*)$/u;

/** Whether somebody is looked for at the caret. The sign in a mail address looks for nobody. */
export function askedAt(text: string, caret: number): Asked | null {
  const found = SIGN.exec(text.slice(Math.max(0, caret - LONGEST - 1), caret));
  if (!found) return null;
  const query = found[1]!;
  return { start: caret - query.length - 1, end: caret, query };
}

/** Those a part of whose name begins so; whose first name does comes first. */
export function matching<T extends Named>(colleagues: readonly T[], query: string): T[] {
  const wanted = plain(query).trim();
  const begins = ({ name }: T) => plain(name).startsWith(wanted);
  const holds = (one: T) => begins(one) || plain(one.name).includes(` ${wanted}`);
  return colleagues.filter(holds).sort((one, other) => Number(begins(other)) - Number(begins(one)));
}

/** Everybody whom the text names; of two who are called the same, both. */
export function named<T extends Named>(text: string, colleagues: readonly T[]): T[] {
  const names = new Set(parts(text, colleagues).flatMap((part) => (part.isName ? [part.text.slice(1)] : [])));
  return colleagues.filter(({ name }) => names.has(name));
}

export interface Part {
  text: string;
  isName: boolean;
}

/** The text, cut into names with their sign and what stands between them. */
export function parts(text: string, colleagues: readonly Named[]): Part[] {
  const names = colleagues.map(({ name }) => name).filter(Boolean);
  if (names.length === 0) return [{ text, isName: false }];
  const longestFirst = names.sort((one, other) => other.length - one.length).map(escaped);
  const sign = new RegExp(`((?<![\\p{L}\\p{N}])@(?:${longestFirst.join("|")})(?![\\p{L}\\p{N}]))`, "gu");
  return text.split(sign).flatMap((part, at) => (part ? [{ text: part, isName: at % 2 === 1 }] : []));
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const plain = (name: string): string => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
