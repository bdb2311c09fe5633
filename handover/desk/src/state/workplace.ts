/** Everything one logged-in agent works with: lists, the open conversation, the socket and the outbox. */

import { computed, effect, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import * as api from "../api";
import { DeskSocket } from "../connection/socket";
import type { ActorKind, Agent, AgentServerFrame, ConversationSummary, DeskEvent } from "../wire";
import { CannedAnswers } from "./canned";
import { OpenConversation, type Told } from "./conversation";
import { Drafts } from "./drafts";
import { PendingWrapUps, Tasks } from "./endings";
import { HandedOn } from "./handed";
import { attention, LISTS, refreshed, withRow, type Summaries } from "./lists";
import { isOf, lastNumber } from "./log";
import { Mentions } from "./mentions";
import { oneAtATime } from "./one-at-a-time";
import { Onlookers } from "./onlookers";
import { Notifications } from "./notifications";
import { Outbox, type Unsent } from "./outbox";
import { may } from "./permissions";
import { Approvals } from "./approvals";
import { QueueWatch } from "./queue";
import { ShiftWatch } from "./shifts";
import { Trays } from "./trays";
import { Writing } from "./writing";

export interface Typist {
  by: ActorKind;
  name: string | null;
}
/** A case that I reached for and a colleague was faster. */
export interface Outrun {
  row: ConversationSummary;
  name: string;
}
/** An event that the socket has just told. */
export interface Heard {
  event: DeskEvent;
  summary: ConversationSummary;
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
  readonly outrun = signal<Outrun | null>(null);
  readonly handed: HandedOn;
  readonly mentions: Mentions;
  readonly onlookers: Onlookers;
  /** Counts how often somebody asked for the text field, to write a note. */
  readonly noteWanted = signal(0);
  readonly socket: DeskSocket;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly trays: Trays;
  /** Counts the messages that were taken back: the text field wants the focus again. */
  readonly takenBack = signal(0);
  readonly canned = new CannedAnswers();
  readonly writing: Writing;
  readonly queue: QueueWatch;
  /** The latest event of any conversation in sight. */
  readonly heard = signal<Heard | null>(null);
  readonly notifications: Notifications;
  readonly approvals: Approvals;
  /** The version of the desk's rules that counts, as the socket last told. */
  readonly rulesVersion = signal(0);
  readonly shifts: ShiftWatch;
  readonly tasks: Tasks;
  readonly wrapUps: PendingWrapUps;
  private readonly fading = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly endings: (() => void)[] = [];

  constructor(readonly agent: Agent) {
    this.socket = new DeskSocket({
      ticket: async () => (await api.ticket()).ticket,
      ready: () => this.catchUp(),
      frame: (frame) => this.receive(frame),
    });
    this.outbox = new Outbox(agent.id, deliver);
    this.drafts = new Drafts(agent.id, api.keepDraft);
    this.writing = new Writing(agent.id);
    this.trays = new Trays(() => this.socket.link.value === "open");
    this.queue = new QueueWatch(agent);
    this.notifications = new Notifications(agent.id);
    this.shifts = new ShiftWatch(agent.id, () => this.queue.me.value?.status ?? agent.status);
    this.approvals = new Approvals(agent);
    this.tasks = new Tasks(agent);
    this.wrapUps = new PendingWrapUps(agent);
    this.handed = new HandedOn(agent.id);
    this.mentions = new Mentions(agent);
    this.onlookers = new Onlookers(agent, this.open, (frame) => this.socket.send(frame));
  }

  start(): void {
    this.socket.start();
    void this.refreshLists();
    this.queue.start();
    this.notifications.start();
    this.approvals.start();
    this.tasks.start();
    this.wrapUps.start();
    this.mentions.start();
    this.onlookers.start();
    if (may(this.agent, "serve_conversations")) {
      void this.writing.fetch();
      this.shifts.start();
    }
    const release = () => void this.outbox.release();
    addEventListener("pagehide", this.drafts.flush);
    addEventListener("pagehide", release);
    this.endings.push(
      effect(() => this.confirmSent()),
      () => removeEventListener("pagehide", this.drafts.flush),
      () => removeEventListener("pagehide", release),
    );
  }

  stop(): void {
    this.socket.stop();
    this.outbox.stop();
    this.drafts.stop();
    this.trays.stop();
    this.queue.stop();
    this.notifications.stop();
    this.shifts.stop();
    this.approvals.stop();
    this.tasks.stop();
    this.wrapUps.stop();
    this.mentions.stop();
    this.onlookers.stop();
    this.open.value?.leave();
    this.endings.forEach((end) => end());
  }

  show(id: string | null): void {
    const shown = this.open.peek();
    if (shown?.id === id) return;
    void this.outbox.release();
    shown?.leave();
    this.open.value = id === null ? null : this.opened(id);
    const left = shown && this.rows.peek().get(shown.id);
    if (left) this.onlookers.settle(left);
    if (this.outrun.peek()?.row.id === shown?.id) this.outrun.value = null;
    void this.open.value?.load();
  }

  private opened(id: string): OpenConversation {
    const drafts: Told["drafts"] = (atDesk, asked) => this.drafts.adopt(id, atDesk, asked);
    return new OpenConversation(id, { known: this.put, drafts });
  }

  readonly put = (row: ConversationSummary): void => {
    this.rows.value = withRow(this.rows.value, row);
  };

  isMine(row: ConversationSummary): boolean {
    return row.state === "agent" && row.owner_id === this.agent.id;
  }

  readonly refreshLists = oneAtATime(() => this.fetchLists());

  private async fetchLists(): Promise<void> {
    if (!may(this.agent, "read_conversations")) return; // the desk would refuse, and note the refusal
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
    this.drafts.flush();
    void this.approvals.refresh();
    void this.tasks.refresh();
    void this.wrapUps.refresh();
    void this.queue.refresh();
    void this.mentions.refresh();
    this.onlookers.connected();
  }

  private receive(frame: AgentServerFrame): void {
    switch (frame.type) {
      case "event":
        if (isOf(frame.event, "handover.requested") && frame.event.actor.id !== this.agent.id)
          this.arrived.value = frame.summary;
        this.noticeClaim(frame.event, frame.summary);
        this.handed.heard(frame.event, frame.summary);
        this.queue.heard(frame.event);
        this.approvals.heard(frame.event);
        this.tasks.heard(frame.event);
        this.wrapUps.heard(frame.event, this.rows.value.get(frame.conversation_id));
        this.mentions.heard(frame.event, frame.summary);
        this.onlookers.settle(frame.summary);
        if (isOf(frame.event, "message.posted")) this.typing(frame.conversation_id, null);
        if (this.open.value?.id === frame.conversation_id) this.open.value.apply(frame.event);
        this.put(frame.summary);
        this.heard.value = frame;
        return;
      case "rules_changed":
        this.rulesVersion.value = frame.version;
        return void this.queue.refresh();
      case "out_of_sight":
        return this.loseSight(frame.conversation_id);
      case "typing_shown":
        return this.typing(frame.conversation_id, frame.on ? { by: frame.by, name: frame.name } : null);
      case "viewers":
        return this.onlookers.take(frame.conversation_id, frame.viewers);
      case "presence":
        return this.change(frame.conversation_id, () => ({ visitor_online: frame.online }));
      case "read_shown":
        return this.change(frame.conversation_id, (row) => readBy(frame.by, frame.number, row));
    }
  }

  /** Another team's from now on. */
  loseSight(id: string): void {
    const rows = new Map(this.rows.value);
    rows.delete(id);
    this.rows.value = rows;
    if (this.open.value?.id === id) this.open.value.loading.value = "missing";
    this.mentions.forget(id);
    this.onlookers.forget(id);
    void this.queue.refresh();
  }

  /** A colleague was faster; what they have done meanwhile is fetched. */
  lose(row: ConversationSummary, name: string): void {
    this.outrun.value = { row, name };
    if (this.open.peek()?.id === row.id) void this.open.peek()?.catchUp();
  }

  /** What was put before me goes to whoever was faster. */
  private noticeClaim({ data }: DeskEvent, row: ConversationSummary): void {
    if (data.type !== "conversation.claimed" || data.agent_id === this.agent.id) return;
    const isMyOffer = this.queue.mine.peek().some(({ queued }) => queued.summary.id === row.id);
    if (isMyOffer) this.lose(row, data.agent_name);
  }

  /** Brings a message back into the text field, before what was written there since. */
  takeBack(conversationId: string): boolean {
    const entry = this.outbox.takeBack(conversationId);
    if (!entry) return false;
    const text = this.drafts.of(conversationId, entry.kind);
    text.value = [entry.text, text.value].filter(Boolean).join("\n");
    this.trays.of(conversationId).tray.putBack(entry.files ?? []);
    if (entry.drafted && this.open.value?.id === conversationId) this.open.value.suggesting.putBack();
    this.takenBack.value += 1;
    return true;
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
    unsent.kind !== "message"
      ? await api.postNote(id, clientId, text, unsent.mentions ?? [], unsent.whisper_to)
      : await api.postMessage(id, clientId, version, text, (unsent.files ?? []).map((file) => file.id), unsent.drafted);
  return posted.number;
}

export const WorkplaceContext = createContext<Workplace | null>(null);

export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (!workplace) throw new Error("No agent is logged in here.");
  return workplace;
}
