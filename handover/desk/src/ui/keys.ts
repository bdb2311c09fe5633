/** Every key of the desk, listed once: what it does is `command.<id>` in the locale files. The overview (`?`) shows all of them. */

import { t } from "../texts";

export const PLACES = ["everywhere", "lists", "offer", "conversation", "writing"] as const;
export type Place = (typeof PLACES)[number];

interface Bound {
  place: Place;
  /** One character as it is typed, or a chord: `Mod` is Ctrl, on a Mac also Cmd; `Alt` is there Ctrl with Option. Letters are capital. */
  key: string;
}

/** Listened to wherever the focus is. Single characters only while nobody types. A new key is one line here and one text. */
export const KEYS = {
  bar: { place: "everywhere", key: "Mod+K" },
  help: { place: "everywhere", key: "?" },
  search: { place: "everywhere", key: "Mod+Shift+F" },
  status: { place: "everywhere", key: "s" },
  next: { place: "lists", key: "j" },
  previous: { place: "lists", key: "k" },
  unread: { place: "lists", key: "u" },
  done: { place: "lists", key: "x" },
  accept: { place: "offer", key: "a" },
  decline: { place: "offer", key: "d" },
  claim: { place: "conversation", key: "c" },
  return: { place: "conversation", key: "b" },
  close: { place: "conversation", key: "e" },
  dossier: { place: "conversation", key: "i" },
  task: { place: "conversation", key: "t" },
  transfer: { place: "conversation", key: "p" },
  take_over: { place: "conversation", key: "o" },
  assign: { place: "conversation", key: "z" },
  reply: { place: "writing", key: "r" },
  note: { place: "writing", key: "n" },
  whisper: { place: "writing", key: "w" },
  draft_1: { place: "writing", key: "Alt+1" },
  draft_2: { place: "writing", key: "Alt+2" },
  draft_3: { place: "writing", key: "Alt+3" },
} as const satisfies Record<string, Bound>;
export type KeyId = keyof typeof KEYS;

/** Keys that a field or a list takes by itself while it has the focus: told here, listened to there. */
export const OWN_KEYS = {
  walk: { place: "lists", key: "↑ ↓" },
  end_search: { place: "lists", key: "Esc" },
  send: { place: "writing", key: "Enter" },
  canned: { place: "writing", key: "/" },
  mention: { place: "writing", key: "@" },
  drafts: { place: "writing", key: "↑" },
  hide_drafts: { place: "writing", key: "Esc" },
  take_back: { place: "writing", key: "Mod+Z" },
} as const satisfies Record<string, Bound>;
export type OwnKeyId = keyof typeof OWN_KEYS;

export const isChord = (key: string): boolean => key.length > 1;

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Whether `event` is this key. What types characters is left alone: AltGr, a Mac's Option, and Alt with the number pad. */
export function isPressed(key: string, event: KeyboardEvent): boolean {
  if (!isChord(key)) return event.key === key && !event.ctrlKey && !event.metaKey && !event.altKey;
  const parts = key.split("+");
  const last = parts.at(-1)!;
  const wantsAlt = parts.includes("Alt");
  const mod = (event.ctrlKey || event.metaKey) === (parts.includes("Mod") || (wantsAlt && isMac));
  const shift = event.shiftKey === parts.includes("Shift");
  const alt = event.altKey === wantsAlt && !event.getModifierState?.("AltGraph");
  return mod && shift && alt && isPlace(last, event);
}

/** Digits by their place on the board, because with Alt some type another character; letters also where none of ours are typed. */
function isPlace(last: string, { key, code }: KeyboardEvent): boolean {
  if (/^\d$/.test(last)) return code ? code === `Digit${last}` : key === last;
  return key.toUpperCase() === last || (!/^[a-z]$/i.test(key) && code === `Key${last}`);
}

/** As it stands on the keyboard, e.g. `Strg+K`. */
export function keyText(key: string): string {
  const names: Record<string, string> = {
    Mod: isMac ? "⌘" : t("key.ctrl"),
    Alt: isMac ? "⌃+⌥" : "Alt",
    Shift: t("key.shift"),
    Enter: t("key.enter"),
  };
  return key
    .split("+")
    .map((part) => names[part] ?? part)
    .join("+");
}

/** For `aria-keyshortcuts`. */
export const ariaKey = (id: KeyId): string => KEYS[id].key.replace("Mod", isMac ? "Meta" : "Control").replace("Alt", isMac ? "Control+Alt" : "Alt");
