/**
 * What can be done right now, listed once: a part of the page says what it can do (`useCommands`), and single keys, chords and
 * the command bar do it from this one list.
 */

import { computed, signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { load, save } from "../state/storage";
import { t } from "../texts";
import { isChord, isPressed, KEYS, type KeyId, type Place } from "./keys";

/** Places, and what the command bar shows under headings of their own. */
export type Group = Place | "pages" | "answers";

interface Deed {
  run: () => void;
  /** False: not now. */
  when?: boolean;
}
/** Named and bound in `keys.ts`. */
interface KeyCommand extends Deed {
  id: KeyId;
}
/** Named by its place on the page, found in the command bar. */
interface NamedCommand extends Deed {
  /** Unique; where it is one of the desk's keys, that key does it, too. */
  id: string;
  title: string;
  /** Under which heading it is found; none: what is to be done everywhere. */
  place?: Group;
  /** More words by which it is found. */
  words?: string;
  /** What stands beside it. */
  hint?: string;
}
export type Command = KeyCommand | NamedCommand;

/** A command that can be run now, in words. */
export interface Available {
  id: string;
  title: string;
  group: Group;
  key: string | null;
  words: string;
  hint: string;
  run: () => void;
}

interface Source {
  current: readonly Command[];
}
const sources = new Set<Source>();
const revision = signal(0);

/** Single keys get in the way of speech input, so they can be switched off (WCAG 2.1.4); chords always work. */
const KEPT = "kulanz.shortcuts";
export const singleKeys = signal(load(KEPT, true, localStorage));

export function enableSingleKeys(on: boolean): void {
  singleKeys.value = on;
  save(KEPT, on, localStorage);
}

/** What can be done now; whoever reads it is drawn again when that changes. */
export const available = computed<readonly Available[]>(() => {
  revision.value;
  const all = [...sources].flatMap((source) => source.current).filter((command) => command.when !== false);
  return [...new Map(all.map((command) => [command.id, command])).values()].map(told);
});

function told(command: Command): Available {
  const { id } = command;
  const run = () => void perform(id);
  if (!("title" in command)) {
    const { place, key } = KEYS[command.id];
    return { id, key, title: t(`command.${command.id}`), group: place, words: "", hint: "", run };
  }
  const { title, place = "everywhere", words = "", hint = "" } = command;
  return { id, key: id in KEYS ? KEYS[id as KeyId].key : null, title, group: place, words, hint, run };
}

/** As long as the component is there, its commands are, too. */
export function useCommands(commands: readonly Command[]): void {
  const source = useRef(commands);
  source.current = commands;
  useLayoutEffect(() => join(source), []);
  const told = commands.map((one) => `${one.id}|${one.when !== false}|${"title" in one ? one.title : ""}`).join("\n");
  useLayoutEffect(() => void revision.value++, [told]);
}

function join(source: Source): () => void {
  if (sources.size === 0) addEventListener("keydown", press);
  sources.add(source);
  return () => {
    sources.delete(source);
    revision.value++;
    if (sources.size === 0) removeEventListener("keydown", press);
  };
}

/** Keys that are held down to go on. */
const WALKS: ReadonlySet<KeyId> = new Set(["next", "previous"]);

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const [id, { key }] = bound(event) ?? [null, { key: "" }];
  if (!id || (!isChord(key) && (!singleKeys.value || isTyping(event.target)))) return;
  if (event.repeat && !WALKS.has(id)) event.preventDefault(); // held too long is still meant once
  else if (perform(id)) event.preventDefault();
}

/** Whether it could be done. What counts is what the page says now, not when the list was drawn. */
function perform(id: string): boolean {
  const command = [...sources].flatMap((source) => source.current).find((one) => one.id === id && one.when !== false);
  command?.run();
  return command !== undefined;
}

const bound = (event: KeyboardEvent) =>
  (Object.entries(KEYS) as [KeyId, { key: string }][]).find(([, { key }]) => isPressed(key, event));

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
