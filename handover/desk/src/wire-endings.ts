/** How cases end: `handover/contract/{wrap_up,tasks,gaps}.py`. */

import type { BotVerdict, Language, Outcome, RootCause, TaskKind } from "./wire";
import type { KnowledgeProblem } from "./wire-dossier";
import type { ContactView } from "./wire-queue";

export interface WrapUp {
  outcome: Outcome;
  topic: string | null;
  root_cause: RootCause | null;
  bot_could: BotVerdict | null;
  article_id: string | null;
  remark: string;
}

export type GuessSource = "case" | "intent" | "reason" | "credit" | "passage" | "rating" | "usual";

/** One field as it is probably right, and what that is read from. */
export interface Guess {
  value: string | null;
  source: GuessSource | null;
  detail: string;
}

export interface Guesses {
  outcome: Guess;
  topic: Guess;
  root_cause: Guess;
  bot_could: Guess;
  article_id: Guess;
}

export interface ArticleFound {
  id: string;
  title: string;
  language: string;
}

export interface Judged {
  wrap_up: WrapUp;
  by: string;
  at: string;
}

export interface WrapUpView {
  /** None: it has not ended yet, or no agent had it. */
  ended_at: string | null;
  agent_id: string | null;
  topics: readonly string[];
  guesses: Guesses;
  article: ArticleFound | null;
  judged: Judged | null;
  skipped: boolean;
  may_judge: boolean;
}

export interface PendingWrapUp {
  conversation_id: string;
  customer_name: string | null;
  ended_at: string;
}

export interface WrapUpFigures {
  since: string;
  ended: number;
  judged: number;
  bot_could: Partial<Record<BotVerdict, number>>;
  root_causes: Partial<Record<RootCause, number>>;
}

export const TASK_NOTE_LIMIT = 1000;

export interface NewTask {
  kind: TaskKind;
  /** ISO, UTC. */
  due_at: string;
  note: string;
  /** None: that of everybody who may see the conversation. */
  agent_id: string | null;
}

export interface TaskView {
  id: string;
  conversation_id: string;
  customer_name: string | null;
  kind: TaskKind;
  due_at: string;
  note: string;
  agent_id: string | null;
  agent_name: string | null;
  made_by: string;
  made_at: string;
  done_at: string | null;
  done_by: string | null;
}

export interface ContactWish {
  conversation_id: string;
  customer_name: string | null;
  contact: ContactView;
  may_settle: boolean;
}

export interface TaskList {
  tasks: readonly TaskView[];
  contacts: readonly ContactWish[];
}

export type GapState = "open" | "taken_up" | "rejected";
export type Hidden = "email" | "phone" | "iban" | "card" | "name" | "address" | "number";
export const QUESTION_LIMIT = 300;
export const ANSWER_LIMIT = 8000;

export interface Said {
  number: number;
  text: string;
}

export interface GapDraft {
  language: Language;
  questions: readonly Said[];
  answers: readonly Said[];
  question_number: number | null;
  answer_numbers: readonly number[];
  topic: string | null;
  hidden: readonly Hidden[];
}

export interface NewGap {
  language: Language;
  question: string;
  answer: string;
  remark: string;
  topic: string | null;
}

export interface GapAnswer {
  question: string;
  answer: string;
  remark: string;
  by: string;
  at: string;
}

export interface GapView {
  id: string;
  language: Language;
  question: string;
  topic: string | null;
  state: GapState;
  reason: string;
  article_id: string | null;
  answers: readonly GapAnswer[];
  count: number;
  version: number;
  made_at: string;
  settled_at: string | null;
  settled_by: string | null;
}

export interface Proposed {
  gap: GapView;
  number: number;
  hidden: readonly Hidden[];
}

export interface ArticleDraft {
  article_id: string;
  folder: string;
  topic: string;
  kind: "faq" | "process" | "term" | "notice";
  title: string;
  questions: readonly string[];
  owner: string;
  body: string;
}

export interface ArticleStart {
  draft: ArticleDraft;
  folders: readonly string[];
  topics: readonly string[];
}

export interface ArticleFile {
  path: string;
  markdown: string;
  problems: readonly KnowledgeProblem[];
}
