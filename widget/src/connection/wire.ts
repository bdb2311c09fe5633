/**
 * What crosses the border to the desk: the visitor's side of `handover/contract/{base,events,frames}.py`.
 *
 * Interface names, field names and `type` values are the contract's own; `tests/unit/widget` compares them.
 */

export type Language = "de" | "en";
export type ActorKind = "visitor" | "bot" | "agent" | "system";
export type TrustLevel = "none" | "claimed" | "code" | "login";
export type State = "bot" | "waiting" | "agent" | "closed";
export type CreditReason = "late_delivery" | "damaged_item" | "missing_item";
export type HandoverReason = "visitor_wish" | "credit_over_limit" | "credit_unclear" | "no_answer" | "bot_failure";
export type Outcome = "solved" | "partly_solved" | "unsolved" | "duplicate" | "spam";
export type IdentityStep = "email" | "code";

/** Characters in one message. */
export const MESSAGE_LIMIT = 10_000;

export interface Actor {
  kind: ActorKind;
  id: string | null;
  name: string | null;
}

// --- events: what happened --------------------------------------------------------------------------------------

export interface Choice {
  id: string;
  label: string;
}

export interface ChoiceTaken {
  message_number: number;
  choice_id: string;
}

export interface Receipt {
  article_id: string;
  language: Language;
  title: string;
  version: string;
  passage: number;
  score: number;
}

export interface ConversationStarted {
  type: "conversation.started";
  language: Language;
  page: string | null;
}

export interface LanguageChanged {
  type: "conversation.language_changed";
  language: Language;
}

export interface MessagePosted {
  type: "message.posted";
  message_id: string;
  text: string;
  choices: readonly Choice[];
  choice_taken: ChoiceTaken | null;
  receipt: Receipt | null;
  wants_feedback: boolean;
  client_id: string | null;
  /** An address or a code that was meant for the desk alone; the text shows neither. */
  masked: boolean;
}

export interface FeedbackGiven {
  type: "message.feedback_given";
  message_number: number;
  helpful: boolean;
}

export interface BotFailed {
  type: "bot.failed";
  message_number: number;
}

export interface IdentityRequested {
  type: "identity.requested";
}

export interface IdentityCodeSent {
  type: "identity.code_sent";
  masked_email: string;
  expires_at: string;
}

export interface IdentityRefused {
  type: "identity.refused";
  reason: "wrong_code" | "expired" | "too_many_tries" | "too_many_codes";
  tries_left: number;
}

export interface IdentityProven {
  type: "identity.proven";
  trust: TrustLevel;
  customer_id: string;
  customer_name: string;
}

export interface HandoverRequested {
  type: "handover.requested";
  reason: HandoverReason;
}

export interface WaitingGivenUp {
  type: "handover.given_up";
}

export interface ConversationClaimed {
  type: "conversation.claimed";
  agent_id: string;
  agent_name: string;
}

export interface ConversationRequeued {
  type: "conversation.requeued";
  reason: "lease_expired" | "released" | "agent_disabled";
}

export interface ConversationReturned {
  type: "conversation.returned";
  outcome: Outcome;
  summary: string;
}

export interface ConversationClosed {
  type: "conversation.closed";
  outcome: Outcome | null;
}

export interface ConversationReopened {
  type: "conversation.reopened";
}

export interface CreditGranted {
  type: "credit.granted";
  reference: string;
  amount_cents: number;
  currency: string;
  reason: CreditReason;
  order_number: string;
}

/** Payloads of audience `all`; those for the staff never reach a visitor. */
export type AnyPayload =
  | ConversationStarted
  | LanguageChanged
  | MessagePosted
  | FeedbackGiven
  | BotFailed
  | IdentityRequested
  | IdentityCodeSent
  | IdentityRefused
  | IdentityProven
  | HandoverRequested
  | WaitingGivenUp
  | ConversationClaimed
  | ConversationRequeued
  | ConversationReturned
  | ConversationClosed
  | ConversationReopened
  | CreditGranted;

/** `after` is the number of the event before it that this reader may see. */
export interface Event {
  number: number;
  after: number;
  at: string;
  actor: Actor;
  data: AnyPayload;
}

// --- frames: visitor to desk ------------------------------------------------------------------------------------

export interface Hello {
  type: "hello";
  ticket: string;
  cursor: number;
}

/** Exactly one of `text` and `choice`. */
export interface PostMessage {
  type: "message";
  client_id: string;
  text?: string;
  choice?: ChoiceTaken;
}

export interface Identify {
  type: "identify";
  client_id: string;
  email: string;
}

export interface Prove {
  type: "prove";
  client_id: string;
  code: string;
}

export interface RequestHuman {
  type: "request_human";
  client_id: string;
}

export interface GiveUpWaiting {
  type: "give_up_waiting";
  client_id: string;
}

export interface SetLanguage {
  type: "set_language";
  client_id: string;
  language: Language;
}

export interface GiveFeedback {
  type: "feedback";
  client_id: string;
  message_number: number;
  helpful: boolean;
}

export interface EndConversation {
  type: "end";
  client_id: string;
}

export interface Typing {
  type: "typing";
  on: boolean;
}

export interface Read {
  type: "read";
  number: number;
}

export interface Pong {
  type: "pong";
}

/** Frames that change something: sent until they are acknowledged. */
export type Command =
  | PostMessage
  | Identify
  | Prove
  | RequestHuman
  | GiveUpWaiting
  | SetLanguage
  | GiveFeedback
  | EndConversation;

export type VisitorFrame = Command | Typing | Read | Pong;

// --- frames: desk to visitor ------------------------------------------------------------------------------------

export interface ConversationView {
  id: string;
  state: State;
  language: Language;
  trust: TrustLevel;
  agent_name: string | null;
  visitor_read: number;
  staff_read: number;
  identity_step: IdentityStep | null;
}

export interface Snapshot {
  type: "snapshot";
  conversation: ConversationView;
  events: readonly Event[];
  cursor: number;
}

export interface EventFrame {
  type: "event";
  event: Event;
}

export interface Ack {
  type: "ack";
  client_id: string;
  number: number;
}

export interface Resync {
  type: "resync";
}

export interface TypingShown {
  type: "typing_shown";
  by: ActorKind;
  name: string | null;
  on: boolean;
}

export interface ReadShown {
  type: "read_shown";
  by: "visitor" | "staff";
  number: number;
}

export interface QueuePlace {
  type: "queue";
  place: number;
  waiting: number;
}

export interface Ping {
  type: "ping";
}

export interface ErrorFrame {
  type: "error";
  code: string;
  text: string;
  client_id: string | null;
}

export type ServerFrame =
  | Snapshot
  | EventFrame
  | Ack
  | Resync
  | TypingShown
  | ReadShown
  | QueuePlace
  | Ping
  | ErrorFrame;
