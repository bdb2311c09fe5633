/** Notes that name me, and whispers, until I have looked at them. The desk keeps them; this is what the page knows of it. */

import { computed, signal } from "@preact/signals";
import * as api from "../api";
import type { Agent, ConversationSummary, DeskEvent } from "../wire";
import type { MentionView } from "../wire-notes";
import { isOf } from "./log";
import { oneAtATime } from "./one-at-a-time";
import { may } from "./permissions";

const EXCERPT = 200;

export class Mentions {
  /** The newest first. */
  readonly open = signal<readonly MentionView[]>([]);
  /** What has just come, for whoever tells of it: notices, the browser's own notifications. */
  readonly arrived = signal<MentionView | null>(null);
  /** Conversations in which somebody wants me. */
  readonly conversations = computed(() => new Set(this.open.value.map((one) => one.conversation_id)));

  /** The desk has been asked once: what it tells from now on is news. */
  private isKnown = false;

  constructor(private readonly agent: Agent) {}

  start(): void {
    void this.refresh();
    document.addEventListener("visibilitychange", this.lookAgain);
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.lookAgain);
  }

  readonly refresh = oneAtATime(() => this.fetch());

  /** A note that was just written somewhere. */
  heard(event: DeskEvent, summary: ConversationSummary): void {
    if (!isOf(event, "note.posted") || event.actor.id === this.agent.id) return;
    const { mentions, whisper_to, text } = event.data;
    const whisper = whisper_to === this.agent.id;
    if (!whisper && !mentions.includes(this.agent.id)) return;
    const mention = {
      conversation_id: summary.id,
      number: event.number,
      at: event.at,
      by_name: event.actor.name ?? "",
      text: text.slice(0, EXCERPT),
      whisper,
      summary,
    };
    this.open.value = [mention, ...this.without(summary.id, event.number, event.number)];
    if (whisper || !this.arrived.peek()?.whisper) this.arrived.value = mention; // a whisper stays until it is seen
  }

  /** I have looked at this conversation up to event `number`. What the desk could not be told stays open. */
  async see(conversationId: string, number: number): Promise<void> {
    if (this.without(conversationId, 0, number).length === this.open.value.length) return;
    try {
      await api.seeMentions(conversationId, number);
    } catch {
      return; // the next look tells it
    }
    this.open.value = this.without(conversationId, 0, number);
    const told = this.arrived.value;
    if (told?.conversation_id === conversationId && told.number <= number) this.arrived.value = null;
  }

  /** Out of sight: nothing of it is mine to know any more. */
  forget(conversationId: string): void {
    this.open.value = this.without(conversationId, 0, Infinity);
    if (this.arrived.value?.conversation_id === conversationId) this.arrived.value = null;
  }

  private without(conversationId: string, from: number, to: number): readonly MentionView[] {
    return this.open.value.filter(
      ({ conversation_id, number }) => conversation_id !== conversationId || number < from || number > to,
    );
  }

  /** What came while the line was down. Of old notes the list tells; a whisper that nobody heard is still meant for now. */
  private tellOf(news: readonly MentionView[]): void {
    const told = news.find((one) => one.whisper) ?? (this.isKnown ? news[0] : undefined);
    if (told) this.arrived.value = told;
    this.isKnown = true;
  }

  /** Another page of mine may have looked at them. */
  private readonly lookAgain = (): void => {
    if (document.visibilityState === "visible") void this.refresh();
  };

  private async fetch(): Promise<void> {
    if (!may(this.agent, "read_conversations")) return; // the desk would refuse, and note the refusal
    const before = this.open.value;
    try {
      const { mentions } = await api.mentions();
      const come = this.open.value.filter((one) => !before.includes(one)); // meanwhile
      const fresh = come.filter((one) => !mentions.some((other) => isSame(one, other)));
      this.open.value = [...fresh, ...mentions];
      this.tellOf(mentions.filter((one) => ![...before, ...come].some((other) => isSame(one, other))));
    } catch {
      // what is known stays in sight; the next look asks again
    }
  }
}

const isSame = (one: MentionView, other: MentionView): boolean =>
  one.conversation_id === other.conversation_id && one.number === other.number;
