/** What the desk is asked for anew when something moves, and now and then; what is known stays in sight when that fails. */

import { computed, signal } from "@preact/signals";
import type { Agent, DeskEvent, Payload, Permission } from "../wire";
import { oneAtATime } from "./one-at-a-time";
import { may } from "./permissions";

export interface Watching {
  /** Whoever may not is never asked for: the desk would refuse, and note the refusal. */
  action: Permission;
  /** Events after which it may have changed. */
  moves: ReadonlySet<Payload["type"]>;
  /** Milliseconds between two fetches where nothing moves: some of it changes without an event. */
  every: number;
  /** A burst of events is answered by one fetch in so many milliseconds, however densely they come. */
  gather: number;
}

export abstract class Watch {
  /** Why the last fetch failed. */
  readonly failure = signal<unknown>(null);
  readonly failed = computed(() => this.failure.value !== null);
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private interval: ReturnType<typeof setInterval> | undefined;

  constructor(
    protected readonly agent: Agent,
    private readonly watching: Watching,
  ) {}

  protected abstract fetch(): Promise<void>;

  start(): void {
    void this.refresh();
    this.interval = setInterval(() => void this.refresh(), this.watching.every);
  }

  stop(): void {
    clearTimeout(this.gathering);
    clearInterval(this.interval);
  }

  /** One fetch for a burst of events; a steady stream of them puts it off no longer. */
  heard({ data }: DeskEvent): void {
    if (!this.watching.moves.has(data.type)) return;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.refresh();
    }, this.watching.gather);
  }

  readonly refresh = oneAtATime(async () => {
    if (!may(this.agent, this.watching.action)) return;
    try {
      await this.fetch();
      this.failure.value = null;
    } catch (failure) {
      this.failure.value = failure;
    }
  });
}
