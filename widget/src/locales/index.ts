import type { Language } from "../connection/wire";
import { chunk } from "../embed/chunk";
import type { Core } from "./de";
import type { Parts } from "./de-parts";

/** All sentences: those of the panel, and those that only its parts say and that come with them. */
export type Texts = Core & Parts;

const CORE: Record<Language, () => Promise<{ texts: Core }>> = {
  de: chunk(() => import("./de")),
  en: chunk(() => import("./en")),
};
const PARTS: Record<Language, () => Promise<{ texts: Parts }>> = {
  de: chunk(() => import("./de-parts")),
  en: chunk(() => import("./en-parts")),
};
const here: Partial<Record<Language, Texts>> = {};
let needsParts = false;

/** Fetches the sentences of `language`, once. Throws when they cannot be fetched; another call tries again. */
export async function loadTexts(language: Language): Promise<void> {
  const [core, parts] = await Promise.all([CORE[language](), needsParts ? PARTS[language]() : null]);
  if (needsParts && !parts) return loadTexts(language); // a part has come meanwhile
  here[language] = { ...core.texts, ...(parts?.texts as Parts) };
}

/** Fetches what parts say, in each language that is here; one that is fetched later brings it. Throws as `loadTexts`. */
export async function loadPartTexts(): Promise<void> {
  needsParts = true;
  await Promise.all((Object.keys(here) as Language[]).map(loadTexts));
}

/** The sentences of `language`, or none before `loadTexts` is done. */
export function textsOf(language: Language): Texts | undefined {
  return here[language];
}

/** `text` with each `{name}` replaced by its value. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
