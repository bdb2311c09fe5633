/** The conversation that is open in the middle: its log without gaps or doubles, and its dossier. */

import { batch, computed, signal } from "@preact/signals";
import * as api from "../api";
import { ApiError } from "../connection/http";
import type { ConversationSummary, DeskEvent, KeptDrafts } from "../wire";
import type { Dossier } from "../wire-dossier";
import { factsOf, lastNumber, leavesGap, merge, shortened, type Log } from "./log";
import { oneAtATime } from "./one-at-a-time";
import { Suggesting } from "./suggestions";

export type Loading = "loading" | "ready" | "failed" | "missing";
const SETTLE = 400;

export interface Told {
  known: (row: ConversationSummary) => void;
  /** What the desk, asked at `asked`, kept of what this agent has begun to write here. */
  drafts: (drafts: KeptDrafts, asked: number) => void;
}

export class OpenConversation {
  /** The end of it; see `shorten`. */
  readonly log = signal<Log>([]);
  readonly loading = signal<Loading>("loading");
  /** There are older events, which the desk gives page by page. */
  readonly earlier = signal(false);
  /** How the last fetch of older events went. */
  readonly older = signal<"idle" | "loading" | "failed">("idle");
  readonly dossier = signal<Dossier | null>(null);
  readonly dossierFailed = signal(false);
  readonly suggesting: Suggesting;
  readonly last = computed(() => lastNumber(this.log.value));
  private readonly past = signal<Log>([]);
  /** The deeds among all that was held so far, and the last word of an agent: not lost with what `shorten` lets go. */
  readonly facts = computed(() => factsOf(merge(this.past.value, this.log.value)));
  private holders = 0;
  /** Events that came before those they follow; they join once the desk has been asked. */
  private early: DeskEvent[] = [];
  /** Fetch state and what follows the last event held: at first, after a reconnect, when one was missed. */
  readonly catchUp = oneAtATime(() => this.ask());
  private settle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly id: string,
    private readonly told: Told,
  ) {
    this.suggesting = new Suggesting(id);
  }

  async load(): Promise<void> {
    this.loading.value = "loading";
    void this.loadDossier();
    await this.catchUp();
  }

  apply(event: DeskEvent): void {
    if (this.isBefore(event)) return; // it comes with its page
    if (this.loading.value !== "ready" || leavesGap(this.log.value, event)) {
      this.early.push(event);
      if (this.loading.value === "ready") void this.catchUp();
    } else this.log.value = merge(this.log.value, [event]);
    this.refreshDossier();
  }

  /** The page before the oldest event held; one at a time, and who asks meanwhile waits for the same. */
  loadEarlier(): Promise<void> {
    this.paging ??= this.fetchEarlier().finally(() => (this.paging = null));
    return this.paging;
  }
  private paging: Promise<void> | null = null;

  private async fetchEarlier(): Promise<void> {
    const first = this.log.value[0]?.number;
    if (!first || !this.earlier.value) return;
    this.older.value = "loading";
    try {
      const page = await api.eventsBefore(this.id, first);
      if (this.log.value[0]?.number === first) {
        this.log.value = merge(this.log.value, page.events);
        this.earlier.value = page.earlier;
      }
      this.older.value = "idle";
    } catch {
      this.older.value = "failed";
    }
  }

  /** Pages back until event `number` is here, or until it cannot be. */
  async reach(number: number): Promise<void> {
    const letGo = this.hold();
    while (this.earlier.value && (this.log.value[0]?.number ?? 0) > number) {
      await this.loadEarlier();
      if (this.older.value === "failed") break;
    }
    letGo();
  }

  /** The log stays as long as it is until what this answers is called: somebody needs its older events. */
  hold(): () => void {
    this.holders += 1;
    return () => void (this.holders -= 1);
  }

  /**
   * Lets go of the oldest events of a long log; they can be had again as older ones. For a reader at its end, so that a
   * day in one conversation weighs no more than an hour. `read`: what comes after this number has not been read.
   */
  shorten(read: number): void {
    if (this.holders > 0 || this.older.value === "loading") return;
    const log = this.log.value;
    const left = shortened(log, read);
    if (left === log) return;
    batch(() => {
      this.past.value = factsOf(merge(this.past.value, log.slice(0, log.length - left.length)));
      this.log.value = left;
      this.earlier.value = true;
    });
  }

  private isBefore({ number }: DeskEvent): boolean {
    return this.earlier.value && number < (this.log.value[0]?.number ?? 0);
  }

  /** One fetch for a burst of events. */
  refreshDossier(): void {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => void this.loadDossier(), SETTLE);
  }

  /** One at a time: an older answer never takes the place of a newer one. */
  readonly loadDossier = oneAtATime(() => this.fetchDossier());

  private async fetchDossier(): Promise<void> {
    try {
      this.dossier.value = await api.dossier(this.id);
      this.dossierFailed.value = false;
    } catch {
      this.dossierFailed.value = true;
    }
  }

  leave(): void {
    clearTimeout(this.settle);
    this.suggesting.leave();
  }

  private async ask(): Promise<void> {
    const asked = performance.now();
    try {
      const opened = await api.conversation(this.id, this.last.value);
      this.join(opened);
      this.told.drafts(opened.drafts, asked);
    } catch (error) {
      if (this.loading.value === "ready") return; // the next event or reconnect asks again
      const missing = error instanceof ApiError && [403, 404].includes(error.status);
      this.loading.value = missing ? "missing" : "failed";
    }
  }

  /** Cursor 0: too much was missed, or the log has been cut; what is held is replaced. */
  private join({ summary, events, cursor, earlier }: api.Opened): void {
    if (this.loading.value === "ready") this.refreshDossier();
    this.log.value = merge(cursor ? this.log.value : [], events);
    if (!cursor) {
      this.past.value = [];
      this.earlier.value = earlier;
    }
    this.loading.value = "ready";
    this.told.known(summary);
    for (const event of this.early.splice(0)) this.apply(event);
  }
}
