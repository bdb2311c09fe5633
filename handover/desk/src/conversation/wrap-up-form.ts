/** What an agent says of the end of a case: filled in with guesses, which what they choose themselves is never lost to. */

import { signal } from "@preact/signals";
import * as api from "../endings/api";
import { forCode, t } from "../texts";
import { intentName } from "../texts/events";
import type { BotVerdict, Outcome, RootCause } from "../wire";
import type { ArticleFound, Guess, WrapUp, WrapUpView } from "../wire-endings";

export interface Fields {
  outcome: Outcome;
  topic: string | null;
  root_cause: RootCause | null;
  bot_could: BotVerdict | null;
  article: ArticleFound | null;
  remark: string;
}

const BLANK: Fields = { outcome: "solved", topic: null, root_cause: null, bot_could: null, article: null, remark: "" };

export class WrapUpForm {
  readonly view = signal<WrapUpView | null>(null);
  readonly failed = signal(false);
  readonly fields = signal<Fields>(BLANK);
  private readonly touched = new Set<keyof Fields>();
  /** The guesses are here, or will not come. */
  readonly arrived: Promise<void>;

  constructor(readonly id: string) {
    this.arrived = this.load();
  }

  set(change: Partial<Fields>): void {
    for (const name of Object.keys(change)) this.touched.add(name as keyof Fields);
    this.fields.value = { ...this.fields.value, ...change };
  }

  /** The guess that a field shows right now; none once the agent has chosen. */
  guess(name: "outcome" | "topic" | "root_cause" | "bot_could" | "article"): Guess | null {
    const guess = this.view.value?.guesses[name === "article" ? "article_id" : name];
    return guess?.source && !this.touched.has(name) && !this.view.value?.judged ? guess : null;
  }

  /** What is to be kept; nothing where there were no guesses and the agent said nothing beyond the outcome. */
  said(): WrapUp | null {
    const isSilent = [...this.touched].every((name) => name === "outcome");
    return this.failed.value && isSilent ? null : this.wrapUp();
  }

  private wrapUp(): WrapUp {
    const { article, ...fields } = this.fields.value;
    const fits = fields.bot_could === "article_exists";
    return { ...fields, remark: fields.remark.trim(), article_id: fits && article ? article.id : null };
  }

  private async load(): Promise<void> {
    try {
      const view = await api.wrapUp(this.id);
      this.view.value = view;
      this.fill(view);
    } catch {
      this.failed.value = true;
    }
  }

  private fill(view: WrapUpView): void {
    const known = view.judged ? judgedFields(view) : guessedFields(view);
    const open = Object.entries(known).filter(([name]) => !this.touched.has(name as keyof Fields));
    this.fields.value = { ...this.fields.value, ...Object.fromEntries(open) };
  }
}

function guessedFields({ guesses, article }: WrapUpView): Omit<Fields, "remark"> {
  return {
    outcome: (guesses.outcome.value as Outcome | null) ?? "solved",
    topic: guesses.topic.value,
    root_cause: guesses.root_cause.value as RootCause | null,
    bot_could: guesses.bot_could.value as BotVerdict | null,
    article,
  };
}

function judgedFields({ judged, article }: WrapUpView): Fields {
  const { article_id: _, ...fields } = judged!.wrap_up;
  return { ...fields, article };
}

/** What a guess is read from, as a sentence. */
export function guessSentence({ source, detail }: Guess): string {
  if (source === "intent") return t("guess.intent", { detail: intentName(detail) });
  if (source === "reason") return t("guess.reason", { detail: forCode("reason", detail) });
  if (source === "credit") return t("guess.credit", { detail: forCode("claim_about", detail) });
  return source ? t(`guess.${source}`, { detail }) : "";
}
