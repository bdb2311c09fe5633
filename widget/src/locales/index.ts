import type { Language } from "../connection/wire";
import { de, type Texts } from "./de";
import { en } from "./en";

export type { Texts };

const TEXTS: Record<Language, Texts> = { de, en };

export function textsOf(language: Language): Texts {
  return TEXTS[language];
}

/** `text` with each `{name}` replaced by its value. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
