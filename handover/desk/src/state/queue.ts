/** The queue as the desk sees it: who waits, who is there, what is offered to whom. Fetched anew when something moves. */

import { computed, signal } from "@preact/signals";
import * as api from "../api";
import type { Agent, DeskEvent, Payload } from "../wire";
import type { AgentStatus, Colleague, OfferView, QueuedCase, QueueView } from "../wire-queue";
import { oneAtATime } from "./one-at-a-time";
import { may } from "./permissions";

/** Statuses and loads of colleagues change without an event of any conversation. */
const REFRESH = 15_000;
/** A busy desk's events are answered by one fetch in so many milliseconds, however densely they come. */
const GATHER = 200;
const MOVES: ReadonlySet<Payload["type"]> = new Set([
  "handover.requested",
  "handover.given_up",
  "contact.left",
  "contact.settled",
  "routing.offered",
  "routing.offer_ended",
  "conversation.claimed",
  "conversation.requeued",
  "conversation.transferred",
  "conversation.taken_over",
  "conversation.returned",
  "conversation.closed",
]);

export interface MyOffer {
  offer: OfferView;
  queued: QueuedCase;
}

export class QueueWatch {
  readonly view = signal<QueueView | null>(null);
  readonly failed = signal(false);
  /** What is put before me, the one that runs out first at the top. */
  readonly mine = computed(() => offersTo(this.agent.id, this.view.value));
  readonly me = computed(() => this.colleague(this.agent.id));
  /** How many conversations I should have at most. */
  readonly loadLimit = computed(() => this.me.value?.load_limit ?? this.agent.load_limit);
  private readonly byId = computed(
    () => new Map((this.view.value?.waiting ?? []).map((queued) => [queued.summary.id, queued])),
  );
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private interval: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly agent: Agent) {}

  start(): void {
    void this.refresh();
    this.interval = setInterval(() => void this.refresh(), REFRESH);
  }

  stop(): void {
    clearTimeout(this.gathering);
    clearInterval(this.interval);
  }

  /** One fetch for a burst of events; a steady stream of them puts it off no longer. */
  heard({ data }: DeskEvent): void {
    if (!MOVES.has(data.type)) return;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.refresh();
    }, GATHER);
  }

  readonly refresh = oneAtATime(() => this.fetch());

  async say(status: AgentStatus): Promise<void> {
    await api.setStatus(status);
    await this.refresh();
  }

  colleague(id: string | null): Colleague | undefined {
    return this.view.value?.agents.find((one) => one.id === id);
  }

  queued(conversationId: string): QueuedCase | undefined {
    return this.byId.value.get(conversationId);
  }

  private async fetch(): Promise<void> {
    if (!may(this.agent, "read_conversations")) return; // the desk would refuse, and note the refusal
    try {
      this.view.value = await api.queue();
      this.failed.value = false;
    } catch {
      this.failed.value = true; // what is known stays in sight; the next round asks again
    }
  }
}

function offersTo(agentId: string, view: QueueView | null): MyOffer[] {
  return (view?.waiting ?? [])
    .flatMap((queued) => (queued.offer?.agent_id === agentId ? [{ offer: queued.offer, queued }] : []))
    .sort((one, other) => one.offer.expires_at.localeCompare(other.offer.expires_at));
}
