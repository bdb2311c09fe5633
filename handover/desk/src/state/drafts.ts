/**
 * Half-written texts, per conversation and kind, until they are sent. They are kept in the tab at once and at the desk
 * a moment later, so that they survive a reload, an ended session, a lost line and a broken machine.
 */

import { effect, signal, type Signal } from "@preact/signals";
import type { DraftKind, KeptDrafts } from "../wire";
import { load, save } from "./storage";

export type Keep = (conversationId: string, kind: DraftKind, text: string) => Promise<unknown>;

const SETTLE = 700;
const KINDS: readonly DraftKind[] = ["message", "note", "whisper", "return"];

interface Kept {
  text: string;
  /** What the desk has, as far as this tab knows. */
  atDesk: string;
}
const NONE: Kept = { text: "", atDesk: "" };

class Draft {
  readonly text: Signal<string>;
  private atDesk: string;
  private sending = false;
  private changedAt = -Infinity;
  private settle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly key: string,
    private readonly keep: (text: string) => Promise<unknown>,
  ) {
    const kept = load<Kept>(key, NONE);
    this.text = signal(kept.text);
    this.atDesk = kept.atDesk;
    effect(() => this.changed(this.text.value));
  }

  /** What the desk had at `asked`. Words that had not reached it by then are newer, and stay. */
  adopt(atDesk: string, asked: number): void {
    if (this.changedAt >= asked) return;
    const own = this.isUnsent;
    this.atDesk = atDesk;
    if (own) void this.flush();
    else this.text.value = atDesk;
    this.save();
  }

  /** One request at a time, so that an older text never arrives after a newer one. */
  async flush(): Promise<void> {
    clearTimeout(this.settle);
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.isUnsent) {
        const text = this.text.peek();
        await this.keep(text);
        this.atDesk = text;
        this.save();
      }
    } catch {
      // the tab still has it; the next keystroke or reconnect tries again
    } finally {
      this.sending = false;
    }
  }

  stop(): void {
    clearTimeout(this.settle);
  }

  private get isUnsent(): boolean {
    return this.text.peek() !== this.atDesk;
  }

  private changed(text: string): void {
    this.save();
    clearTimeout(this.settle);
    if (text === this.atDesk) return;
    this.changedAt = performance.now();
    this.settle = setTimeout(() => void this.flush(), SETTLE);
  }

  private save(): void {
    const kept: Kept = { text: this.text.peek(), atDesk: this.atDesk };
    save(this.key, kept.text || kept.atDesk ? kept : "");
  }
}

export class Drafts {
  private readonly drafts = new Map<string, Draft>();

  constructor(
    private readonly agentId: string,
    private readonly keep: Keep,
  ) {}

  /** The one draft of this kind in this conversation; write to its `value` and it is kept. */
  of(conversationId: string, kind: DraftKind): Signal<string> {
    return this.draft(conversationId, kind).text;
  }

  /** What the desk answered when it was asked for the conversation (`asked`: by `performance.now()`). */
  adopt(conversationId: string, atDesk: KeptDrafts, asked: number): void {
    for (const kind of KINDS) this.draft(conversationId, kind).adopt(atDesk[kind] ?? "", asked);
  }

  /** Brings to the desk what has not yet reached it: the line is back, or the page is about to go. */
  readonly flush = (): void => {
    for (const draft of this.drafts.values()) void draft.flush();
  };

  stop(): void {
    for (const draft of this.drafts.values()) draft.stop();
  }

  private draft(conversationId: string, kind: DraftKind): Draft {
    const key = `kulanz.draft.${this.agentId}.${kind}.${conversationId}`;
    let draft = this.drafts.get(key);
    if (!draft) {
      draft = new Draft(key, (text) => this.keep(conversationId, kind, text));
      this.drafts.set(key, draft);
    }
    return draft;
  }
}
