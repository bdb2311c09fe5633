/** What one part of the page asks of the lists, wherever the agent is: they come into sight and take the focus. */

import { signal } from "@preact/signals";
import { go, links, route } from "./route";

/** `text`: what to look for; none: go on with what stands there. */
export type Wish = { part: "search"; text?: string } | { part: "team" };

export const wish = signal<Wish | null>(null);

/** A narrow screen shows lists or a conversation, not both. */
const isNarrow = (): boolean => matchMedia("(width < 1024px)").matches;

export function wishFor(what: Wish): void {
  if (route.value.page !== "work" || isNarrow()) go(links.work);
  wish.value = what;
}
