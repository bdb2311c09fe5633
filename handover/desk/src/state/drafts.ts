/** Half-written texts, per conversation and kind, until they are sent. They survive a reload and a lost session. */

import { effect, signal, type Signal } from "@preact/signals";
import { load, save } from "./storage";

export type DraftKind = "message" | "note" | "return";

const drafts = new Map<string, Signal<string>>();

/** The one draft of this kind in this conversation; write to its `value` and it is kept. */
export function draft(conversationId: string, kind: DraftKind): Signal<string> {
  const key = `kulanz.draft.${kind}.${conversationId}`;
  const known = drafts.get(key);
  if (known) return known;
  const fresh = signal(load(key, ""));
  effect(() => save(key, fresh.value));
  drafts.set(key, fresh);
  return fresh;
}
