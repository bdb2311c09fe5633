/**
 * What crosses the wire to the desk page. What visitors may see too is the widget's `connection/wire.ts`; here stand
 * the staff-only events of `handover/contract/events.py` and the agent's half of `frames.py`.
 */

import type {
  Actor,
  ActorKind,
  AnyPayload,
  CreditReason,
  HandoverReason,
  Language,
  Outcome,
  State,
  TrustLevel,
} from "@widget/connection/wire";

export { MESSAGE_LIMIT } from "@widget/connection/wire";
export type {
  Actor,
  ActorKind,
  Choice,
  CreditGranted,
  CreditReason,
  HandoverReason,
  Language,
  MessagePosted,
  Outcome,
  Receipt,
  State,
  TrustLevel,
} from "@widget/connection/wire";

export const OUTCOMES: readonly Outcome[] = ["solved", "partly_solved", "unsolved", "duplicate", "spam"];
export type Role = "agent" | "supervisor" | "editor" | "admin";

export interface Agent {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: Language;
}

export interface IntentGuess {
  name: string;
  confidence: number;
}

export interface EntityFound {
  entity: string;
  value: string;
  confidence: number | null;
}

export interface SearchRecord {
  decision: "answer" | "choices" | "none";
  confidence: number;
  index_version: string | null;
  language: Language;
}

export interface PassageTried {
  article_id: string;
  title: string;
  score: number;
  used: boolean;
}

export interface BotUnderstood {
  type: "bot.understood";
  message_number: number;
  intents: readonly IntentGuess[];
  entities: readonly EntityFound[];
  slots: Record<string, unknown>;
  passages: readonly PassageTried[];
  search: SearchRecord | null;
  milliseconds: number | null;
}

export interface CreditProposed {
  type: "credit.proposed";
  decision_id: string;
  amount_cents: number;
  currency: string;
  reason: CreditReason;
  order_number: string;
  because: string;
}

export interface CreditRefused {
  type: "credit.refused";
  decision_id: string;
  reason: CreditReason;
  order_number: string;
  because: string;
}

export interface CreditProposalDecided {
  type: "credit.proposal_decided";
  decision_id: string;
  approved: boolean;
  note: string;
}

export interface NotePosted {
  type: "note.posted";
  text: string;
}

export type Payload = AnyPayload | BotUnderstood | CreditProposed | CreditRefused | CreditProposalDecided | NotePosted;
export type PayloadOf<T extends Payload["type"]> = Extract<Payload, { type: T }>;

export interface DeskEvent<P extends Payload = Payload> {
  number: number;
  after: number;
  at: string;
  actor: Actor;
  data: P;
}

export interface ConversationSummary {
  id: string;
  state: State;
  language: Language;
  priority: number;
  owner_id: string | null;
  owner_name: string | null;
  ownership_version: number;
  customer_id: string | null;
  customer_name: string | null;
  trust: TrustLevel;
  reason: HandoverReason | null;
  waiting_since: string | null;
  started_at: string;
  updated_at: string;
  last_number: number;
  last_text: string;
  last_author: ActorKind;
  visitor_read: number;
  staff_read: number;
  unread: number;
  outcome: Outcome | null;
  visitor_online: boolean;
}

/** Frames the desk sends. */
export type AgentFrame =
  | { type: "hello"; ticket: string; cursor: number }
  | { type: "typing"; conversation_id: string; on: boolean }
  | { type: "read"; conversation_id: string; number: number }
  | { type: "heartbeat" }
  | { type: "pong" };

/** Frames the desk receives. */
export type AgentServerFrame =
  | { type: "ready"; agent_id: string }
  | { type: "event"; conversation_id: string; event: DeskEvent; summary: ConversationSummary }
  | { type: "typing_shown"; conversation_id: string; by: ActorKind; name: string | null; on: boolean }
  | { type: "read_shown"; conversation_id: string; by: "visitor" | "staff"; number: number }
  | { type: "presence"; conversation_id: string; online: boolean }
  | { type: "ping" }
  | { type: "error"; code: string; text: string; client_id: string | null };
