import type { Language } from "../connection/wire";
import type { Options } from "./options";

/** What the loader gives to the lazy panel. */
export interface PanelHost extends Options {
  root: ShadowRoot;
  /** The panel wants to be closed. */
  close(): void;
  /** Keeps for this tab whether the chat is open; the panel calls it once the visitor has agreed to that. */
  remember(isOpen: boolean): void;
  emit<Name extends keyof KulanzEvents>(name: Name, detail: KulanzEvents[Name]): void;
}

/** What the lazy panel gives back. */
export interface Panel {
  show(options: { focus: boolean }): void;
  hide(): void;
  identify(token: string): void;
  remove(): void;
}

export interface PanelModule {
  /** Fetches the sentences of the panel; `mount` needs those of its language. */
  loadTexts(language: Language): Promise<void>;
  mount(host: PanelHost): Panel;
}

/** What a host page can hear by `Kulanz.on(name, handler)`. */
export interface KulanzEvents {
  open: null;
  close: null;
  /** Messages the visitor has not seen. */
  unread: { count: number };
  connection: { state: "idle" | "connecting" | "live" | "offline" | "ended" };
  /** What the desk made of `Kulanz.identify(token)`. */
  identity: { state: "unknown" | "accepted" | "refused" };
  /** The visitor agreed to the privacy note of that version, or withdrew it. */
  consent: { given: boolean; version: string };
  remove: null;
}
