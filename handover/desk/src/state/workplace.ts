/** Everything one logged-in agent works with: lists, the open conversation, the socket and the outbox. */

import { computed, effect, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import * as api from "../api";
import { DeskSocket } from "../connection/socket";
import type { ActorKind, Agent, AgentServerFrame, ConversationSummary } from "../wire";
import { OpenConversation } from "./conversation";
import { attention, LISTS, refreshed, withRow, type Summaries } from "./lists";
import { isOf, lastNumber } from "./log";
import { Outbox, type Unsent } from "./outbox";
import { servesConversations } from "./permissions";

export interface Typist {
  by: ActorKind;
  name: string | null;
}
const TYPING_FADES = 6_000;

export class Workplace {
  readonly rows = signal<Summaries>(new Map());
  readonly lists = signal<"loading" | "ready" | "failed">("loading");
  readonly open = signal<OpenConversation | null>(null);
  readonly typists = signal<ReadonlyMap<string, Typist>>(new Map());
  /** The case that has just begun to wait, for the notice. */
  readonly arrived = signal<ConversationSummary | null>(null);
  readonly attention = computed(() => attention(this.rows.value, this.agent.id));
  readonly socket: DeskSocket;
  readonly outbox: Outbox;
  private readonly fading = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly endings: (() => void)[] = [];

  constructor(readonly agent: Agent) {
    this.socket = new DeskSocket({
      ticket: async () => (await api.ticket()).ticket,
      ready: () => this.catchUp(),
      frame: (frame) => this.receive(frame),
    });
    this.outbox = new Outbox(agent.id, deliver);
  }

  start(): void {
    this.socket.start();
    void this.refreshLists();
    this.endings.push(effect(() => this.confirmSent()));
  }

  stop(): void {
    this.socket.stop();
    this.outbox.stop();
    this.open.value?.leave();
    this.endings.forEach((end) => end());
  }

  show(id: string | null): void {
    const shown = this.open.peek();
    if (shown?.id === id) return;
    shown?.leave();
    this.open.value = id === null ? null : new OpenConversation(id, this.put);
    void this.open.value?.load();
  }

  readonly put = (row: ConversationSummary): void => {
    this.rows.value = withRow(this.rows.value, row);
  };

  isMine(row: ConversationSummary): boolean {
    return row.state === "agent" && row.owner_id === this.agent.id;
  }

  async refreshLists(): Promise<void> {
    if (!servesConversations(this.agent.role)) return; // the desk would refuse, and note the refusal
    const before = this.rows.value;
    try {
      const answers = await Promise.all(LISTS.map(api.conversations));
      const fetched = answers.flatMap((answer) => answer.conversations);
      const shown = before.get(this.open.value?.id ?? "");
      const known = shown && !fetched.some((row) => row.id === shown.id) ? [shown, ...fetched] : fetched;
      this.rows.value = refreshed(before, this.rows.value, known);
      this.lists.value = "ready";
    } catch {
      if (this.lists.value === "loading") this.lists.value = "failed";
    }
  }

  private catchUp(): void {
    void this.refreshLists();
    void this.open.value?.catchUp();
    void this.outbox.flush();
  }

  private receive(frame: AgentServerFrame): void {
    switch (frame.type) {
      case "event":
        if (isOf(frame.event, "handover.requested")) this.arrived.value = frame.summary;
        if (isOf(frame.event, "message.posted")) this.typing(frame.conversation_id, null);
        if (this.open.value?.id === frame.conversation_id) this.open.value.apply(frame.event);
        return this.put(frame.summary);
      case "typing_shown":
        return this.typing(frame.conversation_id, frame.on ? { by: frame.by, name: frame.name } : null);
      case "presence":
        return this.change(frame.conversation_id, () => ({ visitor_online: frame.online }));
      case "read_shown":
        return this.change(frame.conversation_id, (row) => readBy(frame.by, frame.number, row));
    }
  }

  private change(id: string, to: (row: ConversationSummary) => Partial<ConversationSummary>): void {
    const row = this.rows.value.get(id);
    if (row) this.rows.value = new Map(this.rows.value).set(id, { ...row, ...to(row) });
  }

  /** Nobody types for ever: the hint fades even when its end got lost. */
  private typing(id: string, typist: Typist | null): void {
    clearTimeout(this.fading.get(id));
    const typists = new Map(this.typists.value);
    if (typist) {
      typists.set(id, typist);
      this.fading.set(
        id,
        setTimeout(() => this.typing(id, null), TYPING_FADES),
      );
    } else typists.delete(id);
    this.typists.value = typists;
  }

  /** What the open log shows, or another conversation's row counts, has arrived. */
  private confirmSent(): void {
    const shown = this.open.value;
    for (const { conversation_id: id, number } of this.outbox.entries.value) {
      if (number === undefined) continue;
      const held = shown?.id === id ? lastNumber(shown.log.value) : (this.rows.value.get(id)?.last_number ?? number);
      if (held >= number) this.outbox.confirmed(id, held);
    }
  }
}

function readBy(by: "visitor" | "staff", number: number, row: ConversationSummary): Partial<ConversationSummary> {
  if (by === "visitor") return { visitor_read: Math.max(number, row.visitor_read) };
  return { staff_read: Math.max(number, row.staff_read), ...(number >= row.last_number && { unread: 0 }) };
}

async function deliver(unsent: Unsent): Promise<number> {
  const { conversation_id: id, client_id: clientId, ownership_version: version, text } = unsent;
  const posted =
    unsent.kind === "note"
      ? await api.postNote(id, clientId, text)
      : await api.postMessage(id, clientId, version, text);
  return posted.number;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (!workplace) throw new Error("No agent is logged in here.");
  return workplace;
}
