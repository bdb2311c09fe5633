/** Drafts for an agent. Mirrors `handover/contract/suggestions.py` and `articles.py`. */

import type { Language } from "./wire";

export interface DraftSource {
  kind: "article" | "order" | "invoice" | "subscription" | "canned";
  /** Of the article or canned answer; number of the order, invoice or subscription. */
  id: string;
}

export interface Suggestion {
  source: DraftSource;
  title: string;
  text: string;
  language: Language;
  confidence: number | null;
  version: string | null;
}

export interface Suggestions {
  /** The newest message that nobody has answered; none: everything is. */
  message_number: number | null;
  drafts: readonly Suggestion[];
}

export interface DraftUsed {
  source: DraftSource;
  changed: boolean;
  for_number: number;
}

export interface Article {
  id: string;
  language: Language;
  title: string;
  body: string;
  version: string;
  updated_on: string;
  languages: readonly Language[];
}
