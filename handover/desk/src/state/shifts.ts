/** My shift: when it began, when it ends, and what I want to be reminded of. The desk says what is on; this asks in time. */

import { computed, signal, type Signal } from "@preact/signals";
import * as api from "../account/api";
import { now } from "../texts/format";
import type { AgentStatus } from "../wire-queue";
import type { ShiftsView, ShiftView } from "../wire-shifts";
import { oneAtATime } from "./one-at-a-time";
import { load, save } from "./storage";

const MINUTE = 60_000;
/** As in `handover/domain/shifts.py`: when its end begins, and how long somebody is reminded of it. */
const LAST_MINUTES = 10 * MINUTE;
const AFTERWARDS = 60 * MINUTE;
/** The longest until the desk is asked again: a supervisor may have changed the plan. */
const LONGEST = 15 * MINUTE;
const SHORTEST = 5_000;
const KEPT = "kulanz.shift_reminded";

export interface Reminder {
  kind: "begins" | "ends";
  shift: ShiftView;
}

export class ShiftWatch {
  readonly view = signal<ShiftsView | null>(null);
  /** The one that is on, or was until a moment ago. */
  private readonly shift = signal<ShiftView | null>(null);
  private readonly key: string;
  private readonly done: Signal<readonly string[]>;
  readonly reminder = computed(() => this.due(now.value));
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `status`: what I say of myself right now. */
  constructor(
    agentId: string,
    private readonly status: () => AgentStatus,
  ) {
    this.key = `${KEPT}.${agentId}`; // colleagues may share a machine, and a shift
    this.done = signal(load<readonly string[]>(this.key, [], localStorage));
  }

  start(): void {
    void this.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  readonly refresh = oneAtATime(async () => {
    clearTimeout(this.timer);
    try {
      this.told(await api.shifts());
    } catch {
      // nobody is reminded by a desk that cannot be reached; the next look asks again
    }
    this.timer = setTimeout(() => void this.refresh(), this.pause());
  });

  /** What the desk has stored, or just said. */
  told(view: ShiftsView): void {
    this.view.value = view;
    if (view.current) this.shift.value = view.current;
  }

  async stay(): Promise<void> {
    this.told(await api.stay());
  }

  /** Not again for this shift. */
  dismiss(reminder: Reminder): void {
    this.done.value = [...this.done.value.slice(-9), keyOf(reminder)];
    save(this.key, this.done.value, localStorage);
  }

  private due(at: number): Reminder | null {
    const shift = this.shift.value;
    if (!shift) return null;
    const [begins, ends] = [Date.parse(shift.begins), Date.parse(shift.ends)];
    const status = this.status();
    const isEnding = at >= ends - LAST_MINUTES && at < ends + AFTERWARDS && status !== "off";
    const hasBegun = at >= begins && at < ends - LAST_MINUTES && (status === "off" || status === "away");
    if (!isEnding && !hasBegun) return null;
    const reminder: Reminder = { kind: isEnding ? "ends" : "begins", shift };
    return this.done.value.includes(keyOf(reminder)) ? null : reminder;
  }

  /** Until something begins or ends. */
  private pause(): number {
    const view = this.view.value;
    const edges = [view?.following?.begins, view?.current?.ends].flatMap((edge) => (edge ? [Date.parse(edge)] : []));
    const next = Math.min(...edges.map((edge) => edge - Date.now()).filter((left) => left > 0), LONGEST);
    return Math.max(SHORTEST, next + 500);
  }
}

const keyOf = ({ kind, shift }: Reminder): string => `${kind}/${kind === "begins" ? shift.begins : shift.ends}`;
