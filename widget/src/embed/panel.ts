import type { Language } from "../connection/wire";

/** What the loader gives to the lazy panel. */
export interface PanelHost {
  /** Address of the desk, without a slash at the end. */
  server: string;
  language: Language;
  root: ShadowRoot;
  /** The panel wants to be closed. */
  close(): void;
  emit<Name extends keyof KulanzEvents>(name: Name, detail: KulanzEvents[Name]): void;
}

/** What the lazy panel gives back. */
export interface Panel {
  show(options: { focus: boolean }): void;
  hide(): void;
  remove(): void;
}

export interface PanelModule {
  mount(host: PanelHost): Panel;
}

/** What a host page can hear by `Kulanz.on(name, handler)`. */
export interface KulanzEvents {
  open: null;
  close: null;
  /** Messages the visitor has not seen. */
  unread: { count: number };
  connection: { state: "idle" | "connecting" | "live" | "offline" | "ended" };
  remove: null;
}
