/** The rules of the desk. Mirrors `handover/contract/rules.py`; the document is `handover/services/desk_rules.py`'s. */

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Day = (typeof DAYS)[number];

/** Everything that the rules say; what may be left out is null or empty. Seconds are whole numbers. */
export interface RulesDocument {
  mode: "manual" | "offer";
  offers: {
    answer_within: number | null;
    relax_topic_after: number | null;
    relax_language_after: number | null;
    ask_again_after: number | null;
  };
  leave_after: number | null;
  queue_limit: number | null;
  phone_region: string;
  service_level: { accept_within: number | null; answer_within: number | null };
  hours: {
    time_zone: string;
    always: boolean;
    week: Partial<Record<Day, readonly string[]>>;
    holidays: { country: string; subdivision: string | null } | null;
    closed: readonly string[];
  };
  topics: Readonly<Record<string, readonly string[]>>;
  teams: Readonly<Record<string, readonly string[]>>;
}

export interface RulesChange {
  place: string;
  before: unknown;
  after: unknown;
}

export interface RulesVersion {
  version: number;
  at: string | null;
  agent_name: string | null;
  note: string;
  of_file: boolean;
  brought_back: number | null;
  changes: readonly RulesChange[];
}

export interface NamesInUse {
  topics: Readonly<Record<string, number>>;
  teams: Readonly<Record<string, number>>;
}

export interface RulesView {
  version: number;
  of_file: boolean;
  file_name: string;
  document: RulesDocument;
  intents: readonly string[];
  in_use: NamesInUse;
  history: readonly RulesVersion[];
}

export interface RulesPreview {
  changes: readonly RulesChange[];
}
