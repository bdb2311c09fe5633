/** The widget as an ES module, for pages that are built: `import { embed } from "https://help.example.com/kulanz.mjs"`. */
import { embed as start, type Kulanz, type KulanzEvents } from "./embed";
import { complete, type EmbedOptions } from "./options";
import { here, keep } from "./page";

export type { EmbedOptions, Kulanz, KulanzEvents };

/** Puts the chat into the page. A page has one: when it is there already, `options` change nothing. */
export function embed(options: EmbedOptions = {}): Kulanz {
  return here() ?? keep(start(complete(options, import.meta.url)));
}

/** Opens the page's chat, which is put there if it is not there yet; the same holds for `identify` and `on`. */
export function open(): Promise<void> {
  return embed().open();
}

export function close(): void {
  here()?.close();
}

/** Says who is logged in on this website, by a token that its server has signed. */
export function identify(token: string): void {
  embed().identify(token);
}

/** Calls `handler` on each event of that name. Returns how to stop. */
export function on<Name extends keyof KulanzEvents>(
  name: Name,
  handler: (detail: KulanzEvents[Name]) => void,
): () => void {
  return embed().on(name, handler);
}

/** Takes the chat out of the page. */
export function remove(): void {
  here()?.remove();
}
