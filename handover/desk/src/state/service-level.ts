/** What was promised of the time somebody waits, and how much of it is left. */

import type { ConversationSummary } from "../wire";
import type { ServiceLevel } from "../wire-queue";

/** From this share on it is high time. */
export const SOON = 0.8;

export interface Standing {
  state: "in_time" | "soon" | "late";
  /** Milliseconds until it is broken, or since. */
  left: number;
}

/** `since`: when the waiting began, ISO. `allowed`: seconds. */
export function standing(since: string, allowed: number, now: number): Standing {
  const waited = now - Date.parse(since);
  const left = allowed * 1_000 - waited;
  if (left <= 0) return { state: "late", left: -left };
  return { state: waited >= allowed * 1_000 * SOON ? "soon" : "in_time", left };
}

export interface Promised {
  since: string;
  allowed: number;
}

/** What is promised for this conversation right now; null: nothing. */
export function promised(row: ConversationSummary, level: ServiceLevel | undefined): Promised | null {
  if (!level) return null;
  if (row.state === "waiting" && row.waiting_since && level.accept_within && !row.contact)
    return { since: row.waiting_since, allowed: level.accept_within };
  if (row.state === "agent" && row.unanswered_since && level.answer_within)
    return { since: row.unanswered_since, allowed: level.answer_within };
  return null;
}
