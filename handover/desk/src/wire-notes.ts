/** Notes that name somebody. Mirrors `handover/contract/mentions.py`. */

import type { ConversationSummary, Role } from "./wire";

/** Somebody who may know of a case, so that a note there may name them. */
export interface CaseColleague {
  id: string;
  name: string;
  role: Role;
}

/** A note that names me and that I have not looked at yet. */
export interface MentionView {
  conversation_id: string;
  number: number;
  at: string;
  by_name: string;
  /** The beginning of the note. */
  text: string;
  /** It was said into my ear, because the case was mine. */
  whisper: boolean;
  summary: ConversationSummary;
}
