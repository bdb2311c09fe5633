/** Credits that wait for a decision, of the cases one sees. Fetched anew when one is proposed or decided. */

import { computed, signal } from "@preact/signals";
import * as api from "../supervision/api";
import { errorSentence } from "../texts/errors";
import type { Agent, DeskEvent, Payload } from "../wire";
import type { OpenProposal } from "../wire-live";
import { oneAtATime } from "./one-at-a-time";
import { may } from "./permissions";

/** Proposals of cases that came into sight meanwhile bring no event of their own. */
const REFRESH = 60_000;
/** A burst of events is answered by one fetch in so many milliseconds. */
const GATHER = 300;
const MOVES: ReadonlySet<Payload["type"]> = new Set(["credit.proposed", "credit.proposal_decided"]);

export class Approvals {
  readonly all = signal<readonly OpenProposal[] | null>(null);
  /** Why the last fetch failed; what was known stays in sight. */
  readonly failure = signal<string | null>(null);
  /** Those that I may decide. */
  readonly count = computed(() => this.all.value?.filter((one) => one.within_limit && !one.mine).length ?? 0);
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private interval: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly agent: Agent) {}

  start(): void {
    void this.refresh();
    this.interval = setInterval(() => void this.refresh(), REFRESH);
  }

  stop(): void {
    clearTimeout(this.gathering);
    clearInterval(this.interval);
  }

  heard({ data }: DeskEvent): void {
    if (!MOVES.has(data.type)) return;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.refresh();
    }, GATHER);
  }

  readonly refresh = oneAtATime(() => this.fetch());

  private async fetch(): Promise<void> {
    if (!may(this.agent, "decide_credit")) return; // the desk would refuse, and note the refusal
    try {
      this.all.value = (await api.proposals()).proposals;
      this.failure.value = null;
    } catch (failure) {
      this.failure.value = errorSentence(failure);
    }
  }
}
