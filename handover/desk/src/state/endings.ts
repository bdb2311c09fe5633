/** What is still to be done, and what is still to be said of cases that have ended. */

import { computed, signal } from "@preact/signals";
import * as api from "../endings/api";
import { now } from "../texts/format";
import type { Agent, ConversationSummary, DeskEvent } from "../wire";
import type { PendingWrapUp, TaskList, TaskView } from "../wire-endings";
import { Watch, type Watching } from "./watch";

/** What a colleague in another team settled comes without an event. */
const USUAL = { action: "serve_conversations", every: 60_000, gather: 300 } as const;
const ABOUT_TASKS: Watching = {
  ...USUAL,
  moves: new Set(["task.made", "task.done", "task.reopened", "contact.left", "contact.settled"]),
};
const ABOUT_ENDS: Watching = {
  ...USUAL,
  moves: new Set([
    "conversation.closed",
    "conversation.returned",
    "conversation.claimed",
    "conversation.wrapped_up",
  ]),
};

export class Tasks extends Watch {
  readonly open = signal<TaskList | null>(null);
  /** Mine and everybody's whose time has come, the oldest first. */
  readonly due = computed(() => (this.open.value?.tasks ?? []).filter((task) => this.isDue(task)));

  constructor(agent: Agent) {
    super(agent, ABOUT_TASKS);
  }

  private isDue(task: TaskView): boolean {
    return (task.agent_id ?? this.agent.id) === this.agent.id && Date.parse(task.due_at) <= now.value;
  }

  protected async fetch(): Promise<void> {
    this.open.value = await api.tasks("open");
  }
}

/** Cases that ended under my hands, and that I have said nothing of. */
export class PendingWrapUps extends Watch {
  readonly all = signal<readonly PendingWrapUp[]>([]);
  readonly ids = computed(() => new Set(this.all.value.map((one) => one.conversation_id)));

  constructor(agent: Agent) {
    super(agent, ABOUT_ENDS);
  }

  /** `before`: the case as it was. Of others' cases nobody need ask the desk. */
  override heard(event: DeskEvent, before?: ConversationSummary): void {
    if (before && (before.owner_id === this.agent.id || this.ids.value.has(before.id))) super.heard(event);
  }

  protected async fetch(): Promise<void> {
    this.all.value = (await api.pending()).wrap_ups;
  }
}
