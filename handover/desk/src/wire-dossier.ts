/** What stands beside a conversation. Mirrors `handover/contract/dossier.py` and the desk's other answers. */

import type {
  Actor,
  ConversationSummary,
  CreditReason,
  EntityFound,
  FileRef,
  HandoverReason,
  IntentGuess,
  Language,
  PassageTried,
  SearchRecord,
  TrustLevel,
} from "./wire";
import type { ContactView } from "./wire-queue";

export interface CreditDecisionView {
  id: string;
  conversation_id: string | null;
  outcome: "granted" | "proposed" | "refused" | "approved" | "rejected";
  reason: CreditReason;
  subject: string;
  item_sku: string | null;
  amount_cents: number;
  currency: string;
  because: string;
  policy_version: string;
  inputs: Record<string, unknown>;
  reference: string | null;
  author: string;
  decided_by: string | null;
  note: string | null;
  created_at: string;
  decided_at: string | null;
  /** Nothing: the bot, or nobody yet. */
  author_name: string | null;
  decided_by_name: string | null;
  is_reversed: boolean;
  /** Beside an open proposal: what the customer was given in the 365 days before. */
  history: CreditHistory | null;
}

export interface CreditHistory {
  credits: number;
  cents: number;
}

export interface OrderItemView {
  sku: string;
  name: string;
  quantity: number;
  unit_cents: number;
  state: "open" | "shipped" | "delivered" | "returned" | "missing";
}

export type OrderState =
  "processing" | "shipped" | "delivered" | "partly_delivered" | "lost" | "returned" | "cancelled";

export interface ParcelView {
  carrier: string;
  tracking_code: string;
  tracking_url: string | null;
  state: "shipped" | "delivered" | "lost";
  shipped_on: string;
  delivered_on: string | null;
  names: string;
}

export interface OrderView {
  number: string;
  state: OrderState;
  ordered_on: string;
  promised_on: string;
  shipped_on: string | null;
  delivered_on: string | null;
  days_late: number;
  carrier: string | null;
  tracking_code: string | null;
  total_cents: number;
  currency: string;
  items: readonly OrderItemView[];
  tracking_url: string | null;
  parcels: readonly ParcelView[];
  deliver_to: string | null;
  return_until: string | null;
  return_is_open: boolean;
}

export interface InvoiceView {
  number: string;
  issued_on: string;
  due_on: string;
  state: string;
  is_overdue: boolean;
  total_cents: number;
  currency: string;
  lines: readonly { kind: string; text: string; cents: number }[];
}

export interface SubscriptionView {
  number: string;
  plan: string;
  monthly_cents: number;
  currency: string;
  state: string;
  started_on: string;
  ends_on: string | null;
}

export interface OutageView {
  id: string;
  service: string;
  text: string;
  started_at: string;
  ended_at: string | null;
}

export interface CustomerRecord {
  id: string;
  number: string;
  name: string;
  language: Language;
  email: string | null;
  phone: string | null;
  street: string | null;
  postcode: string | null;
  city: string | null;
  blocked: boolean;
  trust: TrustLevel;
  identities: readonly { kind: string; value: string; trust: TrustLevel; proven_at: string | null }[];
  completeness: { score: number; missing: readonly ("name" | "email" | "phone" | "address")[] };
  created_at: string;
}

export interface TimelineEntry {
  source: "conversation" | "shop";
  at: string;
  type: string;
  data: Record<string, unknown>;
  conversation_id: string | null;
  number: number | null;
  actor: Actor | null;
}

export interface TimelinePage {
  entries: readonly TimelineEntry[];
  /** Pass it as `before` for older entries. */
  next: string | null;
}

/** A sentence as a key and what goes into it. */
export interface Phrase {
  key: string;
  params: Record<string, string | number>;
}

/** How a step is begun with one key. */
export interface StepAct {
  kind: "jump" | "section" | "draft";
  target: string;
}

/** What could be done next, and what it comes from. */
export interface NextStep {
  key: string;
  params: Record<string, string | number>;
  because: Phrase;
  act: StepAct | null;
}

export interface BotStopped {
  reason: HandoverReason;
  at: string;
  message_number: number | null;
  because: string | null;
}

export interface MessageUnderstood {
  message_number: number;
  text: string;
  intents: readonly IntentGuess[];
  entities: readonly EntityFound[];
  slots: Record<string, unknown>;
  passages: readonly PassageTried[];
  search: SearchRecord | null;
  helped: boolean | null;
  milliseconds: number | null;
  /** Read while a person had the word: what stands here was told to nobody. */
  aside: boolean;
}

/** An answer of the bot's, from an article. */
export interface PassageTold {
  title: string;
  number: number;
  helped: boolean | null;
}

export interface TonePoint {
  message_number: number;
  score: number;
}

export interface FileSent {
  file: FileRef;
  message_number: number;
  from_visitor: boolean;
}

export interface Dossier {
  summary: ConversationSummary;
  wish: string;
  stopped: BotStopped | null;
  understood: readonly MessageUnderstood[];
  files: readonly FileSent[];
  contact: ContactView | null;
  customer: CustomerRecord | null;
  orders: readonly OrderView[];
  invoices: readonly InvoiceView[];
  subscriptions: readonly SubscriptionView[];
  outages: readonly OutageView[];
  credits: readonly CreditDecisionView[];
  promises: readonly Phrase[];
  tone: readonly TonePoint[];
  next_steps: readonly NextStep[];
}

export interface KnowledgeProblem {
  file: string;
  /** 0: the whole file. */
  line: number;
  message: Record<Language, string>;
  hint: Record<Language, string>;
}

export interface ArticleListed {
  id: string;
  language: Language;
  kind: string;
  title: string;
  file: string;
  questions: number;
}

/** `status.json` of the knowledge index. */
export interface KnowledgeStatus {
  version: string | null;
  built_at: string | null;
  model: string;
  articles: number;
  passages: number;
  building: boolean;
  problems: readonly KnowledgeProblem[];
  /** Things to mend that hold nothing up. */
  warnings: readonly KnowledgeProblem[];
  list: readonly ArticleListed[];
}
