import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Connection, Model } from "../connection/connection";
import type { ShopConfig } from "../connection/desk";
import type { Language } from "../connection/wire";
import { fill, textsOf, type Texts } from "../locales";

export interface Shared {
  connection: Connection;
  model: Model;
  language: Language;
  shop: ShopConfig | null;
  /** Where the focus goes when what held it is gone. */
  toComposer(): void;
  toPanel(): void;
  /** The sentence of that key, filled in. */
  say(key: keyof Texts, values?: Record<string, string | number>): string;
}

const Context = createContext<Shared>(null as never);

export const SharedProvider = Context.Provider;
export const useShared = (): Shared => useContext(Context);

export function sayIn(language: Language): Shared["say"] {
  const texts = textsOf(language);
  return (key, values = {}) => fill(texts[key], values);
}

export function useModel(connection: Connection): Model {
  const [model, setModel] = useState(connection.model);
  useEffect(() => {
    setModel(connection.model);
    return connection.subscribe(() => setModel(connection.model));
  }, [connection]);
  return model;
}
