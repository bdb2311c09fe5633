import type { Language } from "../connection/wire";

export interface Options {
  server: string;
  language: Language;
  label: string;
  side: "left" | "right";
}

/** What the one tag says: its own address is the desk's, `data-…` is the rest. */
export function optionsOf(script: HTMLScriptElement): Options {
  const { language, label, position } = script.dataset;
  return {
    server: new URL(".", script.src).href.replace(/\/$/, ""),
    language: languageOf(language ?? document.documentElement.lang ?? ""),
    label: label ?? "Chat",
    side: position === "left" ? "left" : "right",
  };
}

function languageOf(tag: string): Language {
  return /^de\b/i.test(tag || navigator.language) ? "de" : "en";
}
