/** Credits that wait for a decision, of the cases one sees. Fetched anew when one is proposed or decided. */

import { computed, signal } from "@preact/signals";
import * as api from "../supervision/api";
import type { Agent } from "../wire";
import type { OpenProposal } from "../wire-live";
import { Watch, type Watching } from "./watch";

/** Proposals of cases that came into sight meanwhile bring no event of their own. */
const WATCHING: Watching = {
  action: "decide_credit",
  moves: new Set(["credit.proposed", "credit.proposal_decided"]),
  every: 60_000,
  gather: 300,
};

export class Approvals extends Watch {
  readonly all = signal<readonly OpenProposal[] | null>(null);
  /** Those that I may decide. */
  readonly count = computed(() => this.all.value?.filter((one) => one.within_limit && !one.mine).length ?? 0);

  constructor(agent: Agent) {
    super(agent, WATCHING);
  }

  protected async fetch(): Promise<void> {
    this.all.value = (await api.proposals()).proposals;
  }
}
