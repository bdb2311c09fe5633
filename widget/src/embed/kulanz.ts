import { embed } from "./embed";
import { optionsOf } from "./options";
import { here, keep } from "./page";

const script = document.currentScript as HTMLScriptElement | null;

if (script && !here()) keep(embed(optionsOf(script)));
