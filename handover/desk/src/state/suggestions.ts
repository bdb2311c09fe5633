/** What could be answered in the open conversation, and the draft that was put into the text field last. */

import { computed, signal } from "@preact/signals";
import * as api from "../api";
import type { DeskEvent } from "../wire";
import type { DraftUsed, Suggestion, Suggestions } from "../wire-suggestions";
import { isOf, type Log } from "./log";
import { oneAtATime } from "./one-at-a-time";

/** A draft counts as used while so much of its words is left. */
const LEFT = 1 / 3;
/** Milliseconds in which several reasons to look again are one. */
const SETTLE = 250;
/** Milliseconds after which a text that nobody has read stays unread. */
const READ_WITHIN = 8_000;

/** A draft in the text field. */
export interface Inserted {
  suggestion: Suggestion;
  forNumber: number;
  /** What was put in, and the whole field before and after it. */
  words: string;
  before: string;
  after: string;
}

export class Suggesting {
  readonly found = signal<Suggestions | null>(null);
  readonly failed = signal(false);
  readonly inserted = signal<Inserted | null>(null);
  /** Counts up with a draft that another part of the page wants in the text field. */
  readonly wanted = signal<{ suggestion: Suggestion; turn: number } | null>(null);
  /** The message whose drafts are not wanted. */
  private readonly hiddenFor = signal(0);
  readonly hidden = computed(() => this.found.value?.message_number === this.hiddenFor.value);
  readonly drafts = computed(() => (this.hidden.value ? [] : (this.found.value?.drafts ?? [])));
  private sent: Inserted | null = null;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private isOver = false;

  constructor(private readonly id: string) {}

  /** Look again, because something was written or read. */
  refresh(): void {
    clearTimeout(this.settle);
    if (!this.isOver) this.settle = setTimeout(() => void this.fetch(), SETTLE);
  }

  hide(): void {
    this.hiddenFor.value = this.found.value?.message_number ?? 0;
  }

  show(): void {
    this.hiddenFor.value = 0;
  }

  want(suggestion: Suggestion): void {
    this.wanted.value = { suggestion, turn: (this.wanted.peek()?.turn ?? 0) + 1 };
  }

  leave(): void {
    this.isOver = true;
    clearTimeout(this.settle);
  }

  /** What is told of a message that is about to be sent; afterwards nothing is in the field any more. */
  takeUsed(text: string): DraftUsed | undefined {
    const inserted = (this.sent = this.inserted.value);
    this.inserted.value = null;
    return inserted ? used(inserted, text) : undefined;
  }

  /** The message was taken back before it went: the draft is in the field again. */
  putBack(): void {
    this.inserted.value = this.sent;
  }

  readonly fetch = oneAtATime(async () => {
    try {
      this.found.value = await api.suggestions(this.id);
      this.failed.value = false;
    } catch {
      this.failed.value = true;
    }
  });
}

/** Nothing if hardly a word of the draft is left: then it is somebody's own text. */
export function used({ suggestion, forNumber, words }: Inserted, text: string): DraftUsed | undefined {
  const draft = wordsOf(words);
  const written = new Set(wordsOf(text));
  const left = draft.filter((word) => written.has(word)).length;
  if (draft.length === 0 || left / draft.length < LEFT) return undefined;
  return { source: suggestion.source, changed: !plain(text).includes(plain(words)), for_number: forNumber };
}

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** What new drafts depend on: the last word of anybody, and the last thing that was read along. */
export const occasion = (log: Log): number =>
  log.findLast((event) => isOf(event, "message.posted") || isOf(event, "bot.understood"))?.number ?? 0;

/** The visitor's last text, if nobody has read it along in time; `now` by the clock of this machine. */
export function unreadText(log: Log, now: number): DeskEvent | null {
  const last = log.findLast(isVisitorsText);
  if (!last || now - Date.parse(last.at) < READ_WITHIN) return null;
  const isRead = log.some((event) => isOf(event, "bot.understood") && event.data.message_number === last.number);
  return isRead ? null : last;
}

function isVisitorsText(event: DeskEvent): boolean {
  if (event.actor.kind !== "visitor" || !isOf(event, "message.posted")) return false;
  const { text, masked, choice_taken: pressed } = event.data;
  return Boolean(text) && !masked && !pressed;
}
