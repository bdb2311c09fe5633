import { loadPanel } from "./address";
import { drawLauncher } from "./launcher";
import type { Options } from "./options";
import type { KulanzEvents, Panel } from "./panel";
import { patiently } from "./patience";

export type { KulanzEvents };

export interface Kulanz {
  open(): Promise<void>;
  close(): void;
  /** Says who is logged in on this website, by a token that its server has signed. Tells the desk once the chat is open. */
  identify(token: string): void;
  /** Calls `handler` on each event of that name. Returns how to stop. */
  on<Name extends keyof KulanzEvents>(name: Name, handler: (detail: KulanzEvents[Name]) => void): () => void;
  /** Takes everything away again: elements, socket, listeners. The conversation stays. */
  remove(): void;
}

const PHONE = "(max-width: 480px)";

/** Draws the launcher. Fetches and stores nothing until the visitor opens the chat. */
export function embed(options: Options, load = loadPanel): Kulanz {
  const handlers = new Map<string, Set<(detail: never) => void>>();
  const launcher = drawLauncher(options, () => void open());
  let panel: Panel | null = null;
  let loading: Promise<Panel> | null = null;
  let tries = 0;
  let removed = false;
  let { identityToken } = options;

  function emit<Name extends keyof KulanzEvents>(name: Name, detail: KulanzEvents[Name]): void {
    if (name === "unread") launcher.unread((detail as KulanzEvents["unread"]).count);
    for (const handler of handlers.get(name) ?? []) (handler as (detail: KulanzEvents[Name]) => void)(detail);
  }

  async function mountPanel(): Promise<Panel> {
    const { loadTexts, mount } = await patiently(load(options, tries++));
    await loadTexts(options.language);
    if (removed) throw new Error("removed");
    return mount({ ...options, identityToken, root: launcher.root, close, remember, emit });
  }

  async function prepare(): Promise<Panel | null> {
    if (panel || removed) return panel;
    launcher.show("busy");
    try {
      panel = await (loading ??= mountPanel());
      launcher.show("ready");
    } catch {
      launcher.show("trouble");
    }
    loading = null;
    return panel;
  }

  async function open(focus = true): Promise<void> {
    const ready = await prepare();
    if (!ready) return;
    launcher.show("hidden");
    ready.show({ focus });
    emit("open", null);
  }

  function close(): void {
    if (!panel) return;
    remember(false);
    panel.hide();
    launcher.show("ready");
    launcher.focus();
    emit("close", null);
  }

  function remove(): void {
    removed = true;
    panel?.remove();
    panel = null;
    launcher.remove();
    emit("remove", null);
    handlers.clear();
  }

  // Opened before in this tab: the page changed, the chat goes on. On a phone it would hide the page.
  if (wasOpen()) void (matchMedia(PHONE).matches ? prepare() : open(false));

  return {
    open: () => open(),
    close,
    remove,
    identify(token) {
      identityToken = token;
      panel?.identify(token);
    },
    on(name, handler) {
      const named = handlers.get(name) ?? new Set();
      handlers.set(name, named.add(handler));
      return () => named.delete(handler);
    },
  };
}

const KEY = "kulanz";

function remember(isOpen: boolean): void {
  try {
    if (isOpen) sessionStorage.setItem(KEY, "open");
    else sessionStorage.removeItem(KEY);
  } catch {
    // blocked: the chat opens closed on the next page
  }
}

function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(KEY) === "open";
  } catch {
    return false;
  }
}
