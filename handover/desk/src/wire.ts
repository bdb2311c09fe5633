/**
 * What crosses the wire to the desk page. What visitors may see too is the widget's `connection/wire.ts`; here stand
 * the staff-only events of `handover/contract/events.py` and the agent's half of `frames.py`.
 */

import type {
  Actor,
  ActorKind,
  AnyPayload,
  ContactKind,
  CreditReason,
  HandoverReason,
  Language,
  Outcome,
  State,
  TrustLevel,
} from "@widget/connection/wire";
import type { AgentStatus } from "./wire-queue";

export { FILES_LIMIT, MESSAGE_LIMIT } from "@widget/connection/wire";
export type {
  Actor,
  ActorKind,
  Choice,
  ContactKind,
  CreditGranted,
  CreditReason,
  DocumentRef,
  FileRef,
  HandoverReason,
  Language,
  MessagePosted,
  Outcome,
  Receipt,
  ServiceRendered,
  State,
  TrustLevel,
} from "@widget/connection/wire";

/** What an agent has begun to write: to the visitor, to colleagues, to whose case it is, the summary of a return to the bot. */
export type DraftKind = "message" | "note" | "whisper" | "return";
/** What the desk has of it, in one conversation. */
export type KeptDrafts = Partial<Record<DraftKind, string>>;
export const OUTCOMES: readonly Outcome[] = ["solved", "partly_solved", "unsolved", "duplicate", "spam"];
/** What an agent says of a settled contact; the desk itself adds that a case has ended. */
export const CONTACT_OUTCOMES = ["reached", "not_reached", "not_needed"] as const;
export type ContactOutcome = (typeof CONTACT_OUTCOMES)[number] | "case_ended";
/** Why somebody is asked first, or why they are not asked. */
export type RoutingReason =
  | "transferred"
  | "last_agent"
  | "knows_customer"
  | "specialist"
  | "least_load"
  | "longest_idle"
  | "topic_relaxed"
  | "language_relaxed"
  | "asked_again"
  | "offline"
  | "busy"
  | "away"
  | "off"
  | "load_full"
  | "shift_ends"
  | "language"
  | "topic"
  | "declined_before"
  | "expired_before";
export type Role = "agent" | "supervisor" | "editor" | "admin";

export interface Agent {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: Language;
  status: AgentStatus;
  load_limit: number;
  languages: readonly Language[];
  topics: readonly string[];
  team: string | null;
  /** The rows of the table of permissions (`services/access.py`) that are theirs. */
  may: readonly Permission[];
}

/** Why somebody had to write to us at all, as the agent sees it in the end. */
export const ROOT_CAUSES = [
  "delivery",
  "product_fault",
  "invoice",
  "payment",
  "contract",
  "account",
  "unclear_information",
  "bot_misunderstood",
  "our_mistake",
  "customer_wish",
  "other",
] as const;
export type RootCause = (typeof ROOT_CAUSES)[number];
/** Whether the bot could have solved it by itself. */
export const BOT_VERDICTS = ["article_exists", "article_missing", "needs_person", "misread"] as const;
export type BotVerdict = (typeof BOT_VERDICTS)[number];
export const TASK_KINDS = ["callback", "follow_up"] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export type Permission =
  | "own_account"
  | "read_conversations"
  | "read_all_conversations"
  | "serve_conversations"
  | "read_customers"
  | "keep_shared_answers"
  | "act_for_customers"
  | "decide_credit"
  | "reverse_credit"
  | "read_knowledge"
  | "settle_gaps"
  | "read_audit"
  | "supervise"
  | "keep_desk_rules"
  | "keep_staff"
  | "keep_accounts";

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
  topics: string[];
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
  /** Read while a person had the word: nobody was answered. */
  aside: boolean;
}

/** An agent's message began as a draft that the desk had suggested. */
export interface SuggestionUsed {
  type: "suggestion.used";
  message_number: number;
  source: string;
  source_id: string;
  changed: boolean;
}

export interface CreditProposed {
  type: "credit.proposed";
  decision_id: string;
  amount_cents: number;
  currency: string;
  reason: CreditReason;
  subject: string;
  because: string;
}

export interface CreditRefused {
  type: "credit.refused";
  decision_id: string;
  reason: CreditReason;
  subject: string;
  because: string;
}

export interface CreditProposalDecided {
  type: "credit.proposal_decided";
  decision_id: string;
  approved: boolean;
  note: string;
}

export interface ServiceRequestMade {
  type: "service.request_made";
  kind: string;
  reference: string;
  subject: string;
  facts: Record<string, string | number | null>;
}

export interface ContactSettled {
  type: "contact.settled";
  kind: ContactKind;
  outcome: ContactOutcome;
}

export interface RoutingOffered {
  type: "routing.offered";
  offer_id: string;
  agent_id: string;
  agent_name: string;
  expires_at: string;
  because: readonly RoutingReason[];
}

export interface RoutingOfferEnded {
  type: "routing.offer_ended";
  offer_id: string;
  agent_id: string;
  result: "accepted" | "declined" | "expired" | "withdrawn";
}

export interface ConversationWrappedUp {
  type: "conversation.wrapped_up";
  ended_number: number;
  outcome: Outcome;
  topic: string | null;
  root_cause: RootCause | null;
  bot_could: BotVerdict | null;
  article_id: string | null;
  remark: string;
}

export interface TaskMade {
  type: "task.made";
  task_id: string;
  kind: TaskKind;
  due_at: string;
  note: string;
  agent_id: string | null;
  agent_name: string | null;
}

export interface TaskDone {
  type: "task.done";
  task_id: string;
  kind: TaskKind;
}

export interface TaskReopened {
  type: "task.reopened";
  task_id: string;
  kind: TaskKind;
}

export interface GapProposed {
  type: "gap.proposed";
  gap_id: string;
  question: string;
}

/** Somebody of the staff moved the case: to whom, and why. */
export interface ConversationDirected {
  type: "conversation.directed";
  how: "transfer" | "take_over" | "assign";
  to_kind: "person" | "team" | "topic";
  to_id: string;
  to_name: string;
  /** Whoever had it; null: it was waiting. */
  from_id: string | null;
  from_name: string | null;
  reason: string;
}

/** What was said in another conversation. */
export interface QuotedMessage {
  number: number;
  at: string;
  by: ActorKind;
  name: string | null;
  text: string;
  /** Names of files. */
  files: readonly string[];
}

/** This conversation and another belong together. */
export interface ConversationLinked {
  type: "conversation.linked";
  link: "merged_into" | "merged_from" | "split_into" | "split_from";
  conversation_id: string;
  /** Of `split_from`: what was said there about this concern. */
  quoted: readonly QuotedMessage[];
}

export interface NotePosted {
  type: "note.posted";
  text: string;
  /** Ids of the agents it names. */
  mentions: readonly string[];
  /** Id of the agent whose case it was: a supervisor's word into their ear. */
  whisper_to: string | null;
}

export type Payload =
  | AnyPayload
  | BotUnderstood
  | CreditProposed
  | CreditRefused
  | CreditProposalDecided
  | ServiceRequestMade
  | SuggestionUsed
  | ContactSettled
  | ConversationDirected
  | ConversationLinked
  | RoutingOffered
  | RoutingOfferEnded
  | ConversationWrappedUp
  | TaskMade
  | TaskDone
  | TaskReopened
  | GapProposed
  | NotePosted;
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
  /** Group of skills the case asks for. */
  topic: string | null;
  /** A wish to be called or written to that nobody has settled yet. */
  contact: ContactKind | null;
  /** Id of the agent this waiting case is put before right now. */
  offered_to: string | null;
  /** With an agent: since when the visitor waits for their answer. */
  unanswered_since: string | null;
  /** Whose case it is; none: everybody's. */
  team: string | null;
}

/** What somebody at the desk writes: to the visitor, or to colleagues. */
export type Writing = "message" | "note";

/** Somebody of the staff who has a conversation before them. */
export interface Viewer {
  agent_id: string;
  name: string;
  role: Role;
  writing: Writing | null;
}

/** Frames the desk sends. */
export type AgentFrame =
  | { type: "hello"; ticket: string; cursor: number }
  | { type: "typing"; conversation_id: string; on: boolean; about: Writing }
  | { type: "looking"; conversation_id: string | null }
  | { type: "read"; conversation_id: string; number: number }
  | { type: "heartbeat" }
  | { type: "pong" };

/** Frames the desk receives. */
export type AgentServerFrame =
  | { type: "ready"; agent_id: string }
  | { type: "event"; conversation_id: string; event: DeskEvent; summary: ConversationSummary }
  | { type: "typing_shown"; conversation_id: string; by: ActorKind; name: string | null; on: boolean }
  | { type: "read_shown"; conversation_id: string; by: "visitor" | "staff"; number: number }
  | { type: "out_of_sight"; conversation_id: string }
  | { type: "rules_changed"; version: number }
  | { type: "viewers"; conversation_id: string; viewers: readonly Viewer[] }
  | { type: "presence"; conversation_id: string; online: boolean }
  | { type: "ping" }
  | { type: "error"; code: string; text: string; client_id: string | null };
