/** Who of the staff has a conversation before them, and which one this page tells the desk that it shows. */

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import type { Agent, AgentFrame, ConversationSummary, Viewer } from "../wire";
import { may } from "./permissions";

export class Onlookers {
  /** Everybody, oneself included: of the open conversation, and of those that wait. */
  readonly all = signal<ReadonlyMap<string, readonly Viewer[]>>(new Map());
  private readonly inSight = signal(document.visibilityState === "visible");
  private told: string | null = null;
  private endings: (() => void)[] = [];

  constructor(
    private readonly agent: Agent,
    private readonly open: ReadonlySignal<{ id: string } | null>,
    private readonly send: (frame: AgentFrame) => void,
  ) {}

  start(): void {
    const look = () => (this.inSight.value = document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    this.endings = [
      () => document.removeEventListener("visibilitychange", look),
      effect(() => this.tell(this.shown())),
    ];
  }

  stop(): void {
    this.endings.forEach((end) => end());
  }

  /** The socket is new: it knows nothing of what this page shows. */
  connected(): void {
    this.all.value = new Map();
    this.told = null;
    this.tell(this.shown());
  }

  take(conversationId: string, viewers: readonly Viewer[]): void {
    this.all.value = new Map(this.all.value).set(conversationId, viewers);
  }

  /** Colleagues who have it before them. */
  others(conversationId: string): readonly Viewer[] {
    return (this.all.value.get(conversationId) ?? []).filter((one) => one.agent_id !== this.agent.id);
  }

  /** The desk tells of the open conversation and of those that wait, and of no others: what was told of them grows old. */
  settle(row: ConversationSummary): void {
    if (row.state !== "waiting" && row.id !== this.open.peek()?.id) this.forget(row.id);
  }

  forget(conversationId: string): void {
    if (!this.all.peek().has(conversationId)) return;
    const all = new Map(this.all.peek());
    all.delete(conversationId);
    this.all.value = all;
  }

  private shown(): string | null {
    return this.inSight.value && may(this.agent, "read_conversations") ? (this.open.value?.id ?? null) : null;
  }

  private tell(shown: string | null): void {
    if (shown === this.told) return;
    this.told = shown;
    this.send({ type: "looking", conversation_id: shown });
  }
}
