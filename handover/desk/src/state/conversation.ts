/** The conversation that is open in the middle: its log without gaps or doubles, and its dossier. */

import { computed, signal } from "@preact/signals";
import * as api from "../api";
import { ApiError } from "../connection/http";
import type { ConversationSummary, DeskEvent } from "../wire";
import type { Dossier } from "../wire-dossier";
import { lastNumber, leavesGap, merge, type Log } from "./log";

export type Loading = "loading" | "ready" | "failed" | "missing";
const SETTLE = 400;

export class OpenConversation {
  readonly log = signal<Log>([]);
  readonly loading = signal<Loading>("loading");
  readonly dossier = signal<Dossier | null>(null);
  readonly dossierFailed = signal(false);
  readonly last = computed(() => lastNumber(this.log.value));
  private settle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly id: string,
    private readonly known: (row: ConversationSummary) => void,
  ) {}

  async load(): Promise<void> {
    this.loading.value = "loading";
    void this.loadDossier();
    try {
      const { summary, events } = await api.conversation(this.id);
      this.log.value = merge(this.log.value, events);
      this.loading.value = "ready";
      this.known(summary);
    } catch (error) {
      const missing = error instanceof ApiError && [403, 404].includes(error.status);
      this.loading.value = missing ? "missing" : "failed";
    }
  }

  apply(event: DeskEvent): void {
    if (leavesGap(this.log.value, event)) void this.catchUp();
    else this.log.value = merge(this.log.value, [event]);
    this.refreshDossier();
  }

  /** Fetch what follows the last event held: after a reconnect, or when one was missed. */
  async catchUp(): Promise<void> {
    if (this.loading.value !== "ready") return this.load();
    try {
      const { events } = await api.eventsAfter(this.id, this.last.value);
      this.log.value = merge(this.log.value, events);
      this.refreshDossier();
    } catch {
      // the socket reports the loss; the next event or reconnect asks again
    }
  }

  /** One fetch for a burst of events. */
  refreshDossier(): void {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => void this.loadDossier(), SETTLE);
  }

  async loadDossier(): Promise<void> {
    try {
      this.dossier.value = await api.dossier(this.id);
      this.dossierFailed.value = false;
    } catch {
      this.dossierFailed.value = true;
    }
  }

  leave(): void {
    clearTimeout(this.settle);
  }
}
