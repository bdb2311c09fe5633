import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Connection, Model } from "../connection/connection";
import type { ShopConfig } from "../connection/desk";
import type { Language } from "../connection/wire";
import { fill, textsOf, type Texts } from "../locales";
import type { PanelHost } from "../embed/panel";
import type { Question } from "./confirm";
import type { Sheets } from "./sheet";

export interface Shared {
  connection: Connection;
  model: Model;
  language: Language;
  shop: ShopConfig | null;
  /** What the website said, and where the panel stands. */
  host: PanelHost;
  /** Pages inside the panel, in the place of the messages. */
  sheets: Sheets;
  /** Asks the visitor once more, below the messages. */
  confirm(question: Question): void;
  /** Takes the agreement back; null where none was asked for. */
  withdraw: (() => void) | null;
  /** Where to write to while the desk cannot be reached, if that is known. */
  serviceMail: string | null;
  /** Where the focus goes when what held it is gone. */
  toComposer(): void;
  toPanel(): void;
  /** The sentence of that key, filled in. */
  say(key: keyof Texts, values?: Record<string, string | number>): string;
}

const Context = createContext<Shared>(null as never);

export const SharedProvider = Context.Provider;
export const useShared = (): Shared => useContext(Context);

/** Needs the sentences of that language, see `loadTexts`. */
export function sayIn(language: Language): Shared["say"] {
  return (key, values = {}) => fill((textsOf(language) as Texts)[key], values); // read each time: parts bring more
}
