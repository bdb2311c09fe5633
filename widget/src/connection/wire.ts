/**
 * What crosses the border to the desk: the visitor's side of `handover/contract/{base,events,frames}.py`.
 *
 * Interface names, field names and `type` values are the contract's own; `tests/unit/widget` compares them.
 */

export type Language = "de" | "en";
export type ActorKind = "visitor" | "bot" | "agent" | "system";
export type TrustLevel = "none" | "claimed" | "code" | "login";
export type State = "bot" | "waiting" | "agent" | "closed";
export type CreditReason = "late_delivery" | "damaged_item" | "missing_item" | "outage" | "billing_error";
export type HandoverReason = "visitor_wish" | "credit_over_limit" | "credit_unclear" | "no_answer" | "bot_failure" | "visitor_upset" | "needs_person" | "split";
export type Outcome = "solved" | "partly_solved" | "unsolved" | "duplicate" | "spam";
export type ContactKind = "callback" | "mail";
export type IdentityStep = "email" | "code";

/** Characters in one message. */
export const MESSAGE_LIMIT = 10_000;
/** Characters in the note that goes with a contact. */
export const CONTACT_NOTE_LIMIT = 500;
/** Files in one message. */
export const FILES_LIMIT = 5;
/** Characters in a comment on an answer or on the whole conversation. */
export const COMMENT_LIMIT = 1000;

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

export interface DocumentRef {
  id: string;
  kind: "invoice" | "return_label" | "confirmation" | "data_export";
  name: string;
}

export interface FileRef {
  id: string;
  /** As the sender called it: shown as text, never trusted. */
  name: string;
  media_type: string;
  /** Bytes. */
  size: number;
  width: number | null;
  height: number | null;
}

export interface CardLine {
  text: string;
  quantity: number | null;
  amount_cents: number | null;
}

export interface OrderCard {
  kind: "order";
  number: string;
  state: string;
  ordered_on: string;
  promised_on: string | null;
  delivered_on: string | null;
  days_late: number;
  carrier: string | null;
  tracking_code: string | null;
  tracking_url: string | null;
  total_cents: number;
  currency: string;
  lines: readonly CardLine[];
}

export interface InvoiceCard {
  kind: "invoice";
  number: string;
  state: string;
  issued_on: string;
  due_on: string | null;
  total_cents: number;
  open_cents: number;
  currency: string;
  lines: readonly CardLine[];
  document: DocumentRef | null;
}

export type Card = OrderCard | InvoiceCard;
export type FeedbackReason = "wrong" | "unclear" | "incomplete" | "outdated" | "other";

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
  /** Version of the privacy note agreed to, where the website asks. */
  consent: string | null;
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
  documents: DocumentRef[];
  files: readonly FileRef[];
  cards: readonly Card[];
  client_id: string | null;
  /** An address or a code that was meant for the desk alone; the text shows neither. */
  masked: boolean;
}

export interface FeedbackGiven {
  type: "message.feedback_given";
  message_number: number;
  helpful: boolean;
  reason: FeedbackReason | null;
  comment: string;
}

export interface ConversationRated {
  type: "conversation.rated";
  about: "bot" | "human";
  score: number;
  comment: string;
}

export interface TranscriptSent {
  type: "transcript.sent";
  masked_email: string;
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
  topic: string | null;
  /** The desk was closed at that moment. */
  after_hours: boolean;
}

export interface WaitingGivenUp {
  type: "handover.given_up";
  /** The system: the visitor was gone for long and had left no contact. */
  by: "visitor" | "system";
}

export interface ContactLeft {
  type: "contact.left";
  kind: ContactKind;
  masked: string;
  note: string;
}

export interface ConversationClaimed {
  type: "conversation.claimed";
  agent_id: string;
  agent_name: string;
}

export interface ConversationRequeued {
  type: "conversation.requeued";
  reason: "lease_expired" | "released" | "agent_disabled" | "agent_left";
}

/** A colleague of the agent will go on. */
export interface ConversationTransferred {
  type: "conversation.transferred";
}

export interface ConversationTakenOver {
  type: "conversation.taken_over";
  agent_id: string;
  agent_name: string;
}

/** It is over, and goes on in another conversation of the same visitor. */
export interface ConversationMerged {
  type: "conversation.merged";
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

export interface ConversationForgotten {
  type: "conversation.forgotten";
  reason: "retention" | "erasure";
}

export interface CreditGranted {
  type: "credit.granted";
  reference: string;
  amount_cents: number;
  currency: string;
  reason: CreditReason;
  subject: string;
}

/** Something an agent did for the customer. */
export interface ServiceRendered {
  type: "service.rendered";
  kind: string;
  reference: string;
  /** Number of what it is about. */
  subject: string;
  documents: readonly DocumentRef[];
}

/** Payloads of audience `all`; those for the staff never reach a visitor. */
export type AnyPayload =
  | ConversationStarted
  | LanguageChanged
  | MessagePosted
  | FeedbackGiven
  | ConversationRated
  | TranscriptSent
  | BotFailed
  | IdentityRequested
  | IdentityCodeSent
  | IdentityRefused
  | IdentityProven
  | HandoverRequested
  | WaitingGivenUp
  | ContactLeft
  | ConversationClaimed
  | ConversationRequeued
  | ConversationTransferred
  | ConversationTakenOver
  | ConversationMerged
  | ConversationReturned
  | ConversationClosed
  | ConversationReopened
  | ConversationForgotten
  | CreditGranted
  | ServiceRendered;

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
  /** The secret that replaces the visitor's once this socket proves who they are. */
  next_token?: string;
}

/** Exactly one of `text` and `choice`. */
export interface PostMessage {
  type: "message";
  client_id: string;
  text?: string;
  choice?: ChoiceTaken;
  /** Of files uploaded before. */
  file_ids?: readonly string[];
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

/** The website's word on who is logged in there. */
export interface IdentifyToken {
  type: "identify_token";
  client_id: string;
  token: string;
}

export interface RequestHuman {
  type: "request_human";
  client_id: string;
}

export interface GiveUpWaiting {
  type: "give_up_waiting";
  client_id: string;
}

export interface LeaveContact {
  type: "leave_contact";
  client_id: string;
  kind: ContactKind;
  value: string;
  note: string;
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
  reason?: FeedbackReason;
  comment?: string;
}

export interface RateConversation {
  type: "rate";
  client_id: string;
  about: "bot" | "human";
  score: number;
  comment?: string;
}

export interface MailTranscript {
  type: "mail_transcript";
  client_id: string;
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
  | IdentifyToken
  | RequestHuman
  | GiveUpWaiting
  | LeaveContact
  | SetLanguage
  | GiveFeedback
  | RateConversation
  | MailTranscript
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
  /** With cursor 0: there are older events than these. */
  earlier: boolean;
  /** The cursor for the next hello. */
  last_number: number;
}

/** Older events, by HTTP. */
export interface EventPage {
  events: readonly Event[];
  earlier: boolean;
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

/** How long it still takes; `sample` is the number of real waits it is read from. */
export interface WaitRange {
  from_seconds: number;
  to_seconds: number;
  sample: number;
}

export interface QueuePlace {
  type: "queue";
  place: number;
  waiting: number;
  /** Colleagues who are there and may take this case. */
  agents: number;
  open: boolean;
  opens_at: string | null;
  /** More wait than the desk takes on. */
  full: boolean;
  wait: WaitRange | null;
  /** A contact was left. */
  contact: boolean;
}

export interface Ping {
  type: "ping";
}

export interface ErrorFrame {
  type: "error";
  code: string;
  text: string;
  client_id: string | null;
  /** After `too_many`: when it may be tried again. */
  retry_seconds: number | null;
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
