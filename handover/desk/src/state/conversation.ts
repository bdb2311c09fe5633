/** The conversation that is open in the middle: its log without gaps or doubles, and its dossier. */

import { computed, signal } from "@preact/signals";
import * as api from "../api";
import { ApiError } from "../connection/http";
import type { ConversationSummary, DeskEvent, KeptDrafts } from "../wire";
import type { Dossier } from "../wire-dossier";
import { lastNumber, leavesGap, merge, type Log } from "./log";
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
    if (this.loading.value !== "ready" || leavesGap(this.log.value, event)) {
      this.early.push(event);
      if (this.loading.value === "ready") void this.catchUp();
    } else this.log.value = merge(this.log.value, [event]);
    this.refreshDossier();
  }

  /** The page before the oldest event held. */
  async loadEarlier(): Promise<void> {
    const first = this.log.value[0]?.number;
    if (!first || !this.earlier.value || this.older.value === "loading") return;
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
    while (this.earlier.value && (this.log.value[0]?.number ?? 0) > number) {
      await this.loadEarlier();
      if (this.older.value === "failed") return;
    }
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
    if (!cursor) this.earlier.value = earlier;
    this.loading.value = "ready";
    this.told.known(summary);
    for (const event of this.early.splice(0)) this.apply(event);
  }
}
