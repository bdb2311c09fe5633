/** The search and the audit log. Mirrors `handover/contract/search.py` and `handover/contract/audit.py`. */

import type { Actor, ConversationSummary, Language, TrustLevel } from "./wire";

export interface HitPart {
  text: string;
  hit: boolean;
}

export interface SearchHit {
  number: number;
  at: string;
  actor: Actor;
  /** Joined they are what was said. */
  parts: readonly HitPart[];
}

export interface ConversationFound {
  summary: ConversationSummary;
  hit: SearchHit | null;
}

/** So much of a customer as it takes to tell them apart. */
export interface CustomerRow {
  id: string;
  number: string;
  name: string;
  city: string | null;
  language: Language;
  trust: TrustLevel;
  /** The record opens without a reason. */
  opens: boolean;
}

export interface SearchResults {
  conversations: readonly ConversationFound[];
  more: boolean;
  customers: readonly CustomerRow[];
}

export type AuditKind = "reads" | "writes" | "openings" | "log_ins" | "refusals";

export interface AuditEntry {
  id: number;
  at: string;
  agent_id: string | null;
  agent_name: string | null;
  action: string;
  subject: string | null;
  subject_name: string | null;
  allowed: boolean;
  conversation: string | null;
  customer: string | null;
  customer_number: string | null;
  why: string | null;
}

export interface AuditPage {
  entries: readonly AuditEntry[];
  next: number | null;
}
