import type { Kulanz } from "./embed";

declare global {
  interface Window {
    Kulanz?: Kulanz;
  }
}

/** The page's chat, of which there is one. An element that happens to be called `Kulanz` is none. */
export function here(): Kulanz | null {
  const { Kulanz: found } = window;
  return typeof found?.identify === "function" ? found : null;
}

/** Makes `chat` the page's, until it is removed. */
export function keep(chat: Kulanz): Kulanz {
  chat.on("remove", () => delete window.Kulanz);
  return (window.Kulanz = chat);
}
