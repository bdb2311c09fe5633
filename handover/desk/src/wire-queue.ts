/** Who waits, who is there, and why a case went where it went. Mirrors `handover/contract/routing.py`. */

import type { ContactKind, ContactOutcome, ConversationSummary, Language, RoutingReason } from "./wire";

export const STATUSES = ["available", "busy", "away", "off"] as const;
/** What an agent says of themselves; cases are offered to those who are available. */
export type AgentStatus = (typeof STATUSES)[number];

export interface Colleague {
  id: string;
  name: string;
  status: AgentStatus;
  online: boolean;
  load: number;
  load_limit: number;
  languages: readonly Language[];
  /** None named: they take all. */
  topics: readonly string[];
  /** Whose cases they share; null: those that are no team's. */
  team: string | null;
  /** When the shift ends that they are in. */
  shift_until: string | null;
}

export interface OfferView {
  offer_id: string;
  agent_id: string;
  agent_name: string;
  expires_at: string;
  because: readonly RoutingReason[];
  /** The colleague who hands the case to this very agent, and why. */
  from_name: string | null;
  reason: string;
}

export interface QueuedCase {
  summary: ConversationSummary;
  place: number;
  waited_seconds: number;
  offer: OfferView | null;
}

/** What the desk promises itself, in seconds; null: nothing. */
export interface ServiceLevel {
  /** From the call for a person until somebody takes the case. */
  accept_within: number | null;
  /** From the visitor's first unanswered word to an agent until the answer. */
  answer_within: number | null;
}

export interface QueueView {
  mode: "manual" | "offer";
  open: boolean;
  opens_at: string | null;
  topics: readonly string[];
  /** None: every case is everybody's. */
  teams: readonly string[];
  service_level: ServiceLevel;
  waiting: readonly QueuedCase[];
  agents: readonly Colleague[];
}

export interface CandidateView {
  agent_id: string;
  agent_name: string;
  eligible: boolean;
  because: readonly RoutingReason[];
}

export interface RoutingDecisionView {
  at: string;
  /** Number of the event that put the case into the queue. */
  call: number;
  how: "offer" | "nobody" | "claim" | "assign";
  chosen: string | null;
  candidates: readonly CandidateView[];
}

export interface RoutingView {
  decisions: readonly RoutingDecisionView[];
}

/** In full: for the staff alone. */
export interface ContactView {
  kind: ContactKind;
  value: string;
  /** As people read it. */
  shown: string;
  note: string;
  created_at: string;
  settled: ContactOutcome | null;
}
