/** What became of cases that changed hands without my doing: said until I have seen it. And of those I passed on. */

import { signal } from "@preact/signals";
import type { ConversationDirected, ConversationSummary, DeskEvent } from "../wire";
import { load, save } from "./storage";

/** Kept per tab, so that a reload does not forget what is still on its way. */
const KEPT = "kulanz.passed_on";
const SHOWN = 4;

export interface Handed {
  id: string;
  /** `lost`: it was mine. `given`: it is mine now. `arrived`: somebody took what I passed on. */
  how: "lost" | "given" | "arrived";
  by: string;
  /** Whose it is now. */
  to: string;
  reason: string;
  /** Whoever has it now took it by themselves. */
  taken: boolean;
  row: ConversationSummary;
}

export class HandedOn {
  /** The newest first. */
  readonly notices = signal<readonly Handed[]>([]);
  private readonly key: string;
  private readonly passedOn: Set<string>;

  constructor(private readonly me: string) {
    this.key = `${KEPT}.${me}`;
    this.passedOn = new Set(load<string[]>(this.key, []));
  }

  heard(event: DeskEvent, row: ConversationSummary): void {
    const { data, actor } = event;
    if (data.type === "conversation.directed") this.directed(data, actor.id, actor.name ?? "", row);
    else if (data.type === "conversation.claimed") this.claimed(data.agent_id, data.agent_name, row);
    else if (data.type === "conversation.closed" || data.type === "handover.given_up") this.forget(row.id);
  }

  dismiss(notice: Handed): void {
    this.notices.value = this.notices.value.filter((one) => one !== notice);
  }

  private directed(data: ConversationDirected, actor: string | null, by: string, row: ConversationSummary): void {
    if (data.how === "transfer") {
      if (actor === this.me) this.remember(row.id);
      return;
    }
    if (actor === this.me) return;
    const { to_name: to, reason } = data;
    const taken = data.how === "take_over";
    if (data.from_id === this.me) this.say({ id: row.id, how: "lost", by, to, reason, taken, row });
    else if (data.to_id === this.me) this.say({ id: row.id, how: "given", by, to, reason, taken, row });
  }

  private claimed(agent: string, name: string, row: ConversationSummary): void {
    if (!this.passedOn.has(row.id)) return;
    this.forget(row.id);
    if (agent !== this.me) this.say({ id: row.id, how: "arrived", by: name, to: name, reason: "", taken: true, row });
  }

  /** A case that has changed hands again is told of once. */
  private say(notice: Handed): void {
    const others = this.notices.value.filter(({ id }) => id !== notice.id);
    this.notices.value = [notice, ...others].slice(0, SHOWN);
  }

  private remember(id: string): void {
    this.passedOn.add(id);
    save(this.key, [...this.passedOn]);
  }

  private forget(id: string): void {
    if (this.passedOn.delete(id)) save(this.key, [...this.passedOn]);
  }
}
