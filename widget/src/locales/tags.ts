import type { Language } from "../connection/wire";

/** How each language writes figures, days and times. */
export const LOCALE: Record<Language, string> = { de: "de-DE", en: "en-GB" };
