/** Every sentence of the page, in the agent's language. Whole sentences per key; values go in by name. */

import { signal } from "@preact/signals";
import de from "../locales/de.json";
import en from "../locales/en.json";
import { load, save } from "../state/storage";
import type { Language } from "../wire";

export type Key = keyof typeof en;
/** Keys that come in a `.one` and an `.other` form, without that ending. */
export type PluralKey = Key extends infer K ? (K extends `${infer Stem}.other` ? Stem : never) : never;
type Values = Record<string, string | number>;

const TEXTS: Record<Language, Record<Key, string>> = { de, en };
const KEPT = "kulanz.language";

/** Chosen by hand on this browser, else the agent's own (set at log-in), else the browser's. */
export const language = signal<Language>(chosen() ?? (navigator.language.startsWith("de") ? "de" : "en"));
language.subscribe((now) => document.documentElement.setAttribute("lang", now));

function chosen(): Language | null {
  return load<Language | null>(KEPT, null, localStorage);
}

export function choose(next: Language): void {
  language.value = next;
  save(KEPT, next, localStorage);
}

/** The agent's own language counts until another one is chosen on this browser. */
export function followAgent(own: Language): void {
  if (!chosen()) language.value = own;
}

export function t(key: Key, values: Values = {}): string {
  return inLanguage(language.value, key, values);
}

/** In a language of its own: what an agent will say to a customer. */
export function inLanguage(spoken: Language, key: Key, values: Values = {}): string {
  return TEXTS[spoken][key].replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}

/** The form of a sentence that fits `count`, which fills its `{count}`. */
export function counted(key: PluralKey, count: number, values: Values = {}): string {
  const form = new Intl.PluralRules(language.value).select(count) === "one" ? "one" : "other";
  return t(`${key}.${form}` as Key, { count: integer(count), ...values });
}

/** The sentence for a code of the desk or the bot (`prefix.code`); `otherwise` where this page knows none. */
export function forCode(prefix: string, code: string, otherwise: string = code): string {
  return dynamic(`${prefix}.${code}`, {}, otherwise);
}

/** The sentence for a whole key that the desk sent. */
export function dynamic(key: string, values: Values, otherwise: string = key): string {
  return Object.hasOwn(en, key) ? t(key as Key, values) : otherwise;
}

const integer = (count: number): string => new Intl.NumberFormat(language.value).format(count);
