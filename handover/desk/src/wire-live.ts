/** What supervisors see of the desk at this moment. Mirrors `handover/contract/live.py`. */

import type { ConversationSummary, Language } from "./wire";
import type { CreditDecisionView } from "./wire-dossier";
import type { AgentStatus, ServiceLevel } from "./wire-queue";

export interface WaitingGroup {
  topic: string | null;
  language: Language;
  count: number;
  since: string;
}

export interface WaitingCase {
  summary: ConversationSummary;
  since: string;
  place: number;
}

export interface HeldCase {
  summary: ConversationSummary;
  since: string;
  unanswered_since: string | null;
  upset: boolean;
}

export interface AgentAtWork {
  id: string;
  name: string;
  status: AgentStatus;
  status_since: string | null;
  online: boolean;
  team: string | null;
  shift_until: string | null;
  load: number;
  load_limit: number;
  cases: readonly HeldCase[];
}

export interface Today {
  called: number;
  answered: number;
  abandoned: number;
  median_seconds: number | null;
  p90_seconds: number | null;
}

export interface BotNow {
  conversations: number;
  failed: number;
}

export interface LiveView {
  at: string;
  mode: "manual" | "offer";
  open: boolean;
  opens_at: string | null;
  service_level: ServiceLevel;
  waiting_count: number;
  longest_since: string | null;
  groups: readonly WaitingGroup[];
  waiting: readonly WaitingCase[];
  today: Today;
  agents: readonly AgentAtWork[];
  proposals: number;
  bot: BotNow;
}

export interface OpenProposal {
  decision: CreditDecisionView;
  customer_name: string;
  customer_id: string;
  author_name: string | null;
  mine: boolean;
  within_limit: boolean;
  decided_by_roles: readonly string[];
}

export interface Proposals {
  proposals: readonly OpenProposal[];
}
