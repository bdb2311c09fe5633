/** What is still to be done, and what is still to be said of cases that have ended. */

import { computed, signal } from "@preact/signals";
import * as api from "../endings/api";
import { now } from "../texts/format";
import type { Agent, ConversationSummary, DeskEvent, Payload } from "../wire";
import type { PendingWrapUp, TaskList, TaskView } from "../wire-endings";
import { oneAtATime } from "./one-at-a-time";
import { may } from "./permissions";

/** What a colleague in another team settled comes without an event. */
const REFRESH = 60_000;
/** A burst of events is answered by one fetch in so many milliseconds. */
const GATHER = 300;
const ABOUT_TASKS: ReadonlySet<Payload["type"]> = new Set([
  "task.made",
  "task.done",
  "task.reopened",
  "contact.left",
  "contact.settled",
]);
const ABOUT_ENDS: ReadonlySet<Payload["type"]> = new Set([
  "conversation.closed",
  "conversation.returned",
  "conversation.claimed",
  "conversation.wrapped_up",
]);

/** Fetched anew when something moves, and now and then; what is known stays in sight when that fails. */
abstract class Watch {
  readonly failed = signal(false);
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private interval: ReturnType<typeof setInterval> | undefined;

  constructor(
    protected readonly agent: Agent,
    private readonly moves: ReadonlySet<Payload["type"]>,
  ) {}

  protected abstract fetch(): Promise<void>;

  start(): void {
    void this.refresh();
    this.interval = setInterval(() => void this.refresh(), REFRESH);
  }

  stop(): void {
    clearTimeout(this.gathering);
    clearInterval(this.interval);
  }

  heard({ data }: DeskEvent): void {
    if (!this.moves.has(data.type)) return;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.refresh();
    }, GATHER);
  }

  readonly refresh = oneAtATime(async () => {
    if (!may(this.agent, "serve_conversations")) return; // the desk would refuse, and note the refusal
    try {
      await this.fetch();
      this.failed.value = false;
    } catch {
      this.failed.value = true;
    }
  });
}

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
