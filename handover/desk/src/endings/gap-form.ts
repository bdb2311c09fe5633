/** A proposal to the editors while it is being written; kept while its author looks elsewhere. */

import { newClientId } from "@widget/connection/ids";
import { signal } from "@preact/signals";
import type { Language } from "../wire";
import type { GapDraft, NewGap, Proposed } from "../wire-endings";
import * as api from "./api";

export class GapForm {
  readonly draft = signal<GapDraft | null>(null);
  readonly failed = signal(false);
  readonly gap = signal<NewGap>({ language: "de", question: "", answer: "", remark: "", topic: null });
  readonly chosen = signal<ReadonlySet<number>>(new Set());
  readonly sent = signal<Proposed | null>(null);
  private clientId = newClientId();

  constructor(readonly conversation: string) {}

  async load(): Promise<void> {
    if (this.draft.value) return;
    this.failed.value = false;
    try {
      const draft = await api.gapDraft(this.conversation);
      this.draft.value = draft;
      this.chosen.value = new Set(draft.answer_numbers);
      const { language, topic } = draft;
      this.gap.value = { ...this.gap.value, language, topic, question: this.questionOf(draft.question_number), answer: this.joined() };
    } catch {
      this.failed.value = true;
    }
  }

  change(part: Partial<NewGap>): void {
    this.gap.value = { ...this.gap.value, ...part };
    this.clientId = newClientId(); // another text is another proposal
  }

  chooseQuestion(number: number): void {
    this.change({ question: this.questionOf(number) });
  }

  /** A message joins or leaves the answer; what was written by hand stays where it is. */
  toggle(number: number): void {
    const before = this.joined();
    const chosen = new Set(this.chosen.value);
    if (!chosen.delete(number)) chosen.add(number);
    this.chosen.value = chosen;
    const { answer } = this.gap.value;
    if (answer === before || !answer.trim()) return this.change({ answer: this.joined() });
    const text = this.draft.value!.answers.find((one) => one.number === number)!.text;
    if (chosen.has(number)) this.change({ answer: `${answer}\n\n${text}` });
  }

  speak(language: Language): void {
    this.change({ language });
  }

  async send(): Promise<void> {
    const { question, answer, remark, ...rest } = this.gap.value;
    const gap = { ...rest, question: question.trim(), answer: answer.trim(), remark: remark.trim() };
    this.sent.value = await api.proposeGap(this.conversation, this.clientId, gap);
  }

  private joined(): string {
    const answers = this.draft.value?.answers ?? [];
    return answers.filter(({ number }) => this.chosen.value.has(number)).map(({ text }) => text).join("\n\n");
  }

  private questionOf(number: number | null): string {
    const found = this.draft.value?.questions.find((one) => one.number === number);
    return found ? found.text.split(/\s+/).join(" ") : "";
  }
}

const forms = new Map<string, GapForm>();
const KEPT = 20;

/** One agent's form of one conversation: whoever logs in next on this page begins anew. The oldest ones are let go. */
export function gapFormOf(agentId: string, conversation: string): GapForm {
  const key = `${agentId}/${conversation}`;
  const form = forms.get(key) ?? new GapForm(conversation);
  forms.delete(key);
  forms.set(key, form);
  if (forms.size > KEPT) forms.delete(forms.keys().next().value!);
  return form;
}
