/** The queue as the desk sees it: who waits, who is there, what is offered to whom. Fetched anew when something moves. */

import { computed, signal } from "@preact/signals";
import * as api from "../api";
import type { Agent } from "../wire";
import type { AgentStatus, Colleague, OfferView, QueuedCase, QueueView } from "../wire-queue";
import { Watch, type Watching } from "./watch";

/** Statuses and loads of colleagues change without an event of any conversation. */
const WATCHING: Watching = {
  action: "read_conversations",
  moves: new Set([
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
  ]),
  every: 15_000,
  gather: 200,
};

export interface MyOffer {
  offer: OfferView;
  queued: QueuedCase;
}

export class QueueWatch extends Watch {
  readonly view = signal<QueueView | null>(null);
  /** What is put before me, the one that runs out first at the top. */
  readonly mine = computed(() => offersTo(this.agent.id, this.view.value));
  readonly me = computed(() => this.colleague(this.agent.id));
  /** How many conversations I should have at most. */
  readonly loadLimit = computed(() => this.me.value?.load_limit ?? this.agent.load_limit);
  private readonly byId = computed(
    () => new Map((this.view.value?.waiting ?? []).map((queued) => [queued.summary.id, queued])),
  );

  constructor(agent: Agent) {
    super(agent, WATCHING);
  }

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

  protected async fetch(): Promise<void> {
    this.view.value = await api.queue();
  }
}

function offersTo(agentId: string, view: QueueView | null): MyOffer[] {
  return (view?.waiting ?? [])
    .flatMap((queued) => (queued.offer?.agent_id === agentId ? [{ offer: queued.offer, queued }] : []))
    .sort((one, other) => one.offer.expires_at.localeCompare(other.offer.expires_at));
}
