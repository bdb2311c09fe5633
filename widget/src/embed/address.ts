import type { Language } from "../connection/wire";
import type { Options } from "./options";
import type { PanelModule } from "./panel";

/** File names of the panel, of what it imports, and of its sentences; set by the build. */
declare const __PANEL__: string;
declare const __CORE__: readonly string[];
declare const __TEXTS__: Record<Language, string>;

/**
 * Fetches the panel from the desk. A browser may remember a failed import for good; another folder is another address
 * for the panel and all of its parts.
 */
export function loadPanel({ server, language }: Options, tries: number): Promise<PanelModule> {
  const folder = `${server}/widget/${tries ? `try-${tries}/` : ""}`;
  const fetch = (file: string): Promise<unknown> => import(/* @vite-ignore */ folder + file);
  for (const file of [...__CORE__, __TEXTS__[language]]) fetch(file).catch(() => {}); // early; the panel asks, and tells
  return fetch(__PANEL__) as Promise<PanelModule>;
}
