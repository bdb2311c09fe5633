import { embed, type Kulanz } from "./embed";
import { optionsOf } from "./options";
import type { PanelModule } from "./panel";

/** File name of the panel; set by the build. */
declare const __PANEL__: string;
declare global {
  interface Window {
    Kulanz?: Kulanz;
  }
}

const script = document.currentScript as HTMLScriptElement | null;

function start(): void {
  if (!script || document.querySelector("kulanz-chat")) return;
  const options = optionsOf(script);
  window.Kulanz = embed(options, (tries) => {
    // A browser may remember a failed import for good; another query makes it another address.
    const address = `${options.server}/widget/${__PANEL__}${tries ? `?try=${tries}` : ""}`;
    return import(/* @vite-ignore */ address) as Promise<PanelModule>;
  });
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
