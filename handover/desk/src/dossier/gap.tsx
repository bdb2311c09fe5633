import { readable } from "@widget/messages/markdown";
import { useEffect, useState } from "preact/hooks";
import { gapFormOf, type GapForm } from "../endings/gap-form";
import type { OpenConversation } from "../state/conversation";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { listOf } from "../texts/format";
import type { Language } from "../wire";
import { ANSWER_LIMIT, QUESTION_LIMIT, TASK_NOTE_LIMIT, type Hidden } from "../wire-endings";
import { Failure } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { useAction } from "../ui/use-action";

const SHOWN = 90;

interface Props {
  open: OpenConversation;
  /** The agent has just said that the article is missing. */
  unfold: boolean;
}

/** The agent's answer to a question that the bot missed, as a proposal to the editors. */
export function GapSection({ open, unfold }: Props) {
  const [isOpen, setOpen] = useState(unfold);
  useEffect(() => {
    if (unfold) setOpen(true); // once it is sent nothing asks for it any more, and still it says so
  }, [unfold]);
  const form = gapFormOf(useWorkplace().agent.id, open.id);
  useEffect(() => {
    if (isOpen) void form.load();
  }, [isOpen, form]);
  return (
    <details
      class="section"
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      data-testid="dossier-gap"
    >
      <summary>
        <h3>{t("gap.title")}</h3>
      </summary>
      {form.sent.value ? <Sent form={form} /> : <Begun form={form} />}
    </details>
  );
}

function Begun({ form }: { form: GapForm }) {
  if (form.failed.value) return <FailedLoad text={t("gap.failed")} onRetry={() => void form.load()} />;
  return form.draft.value ? <Fields form={form} /> : <Loading />;
}

function Sent({ form }: { form: GapForm }) {
  const { gap, hidden } = form.sent.value!;
  return (
    <div role="status" data-testid="gap-sent">
      <p>{t(gap.count > 1 ? "gap.sent_again" : "gap.sent")}</p>
      <Replaced kinds={hidden} />
      <p>
        <a href={links.gaps}>{t("gap.to_page")}</a>
      </p>
    </div>
  );
}

function Replaced({ kinds }: { kinds: readonly Hidden[] }) {
  if (kinds.length === 0) return null;
  return <p data-testid="gap-hidden">{t("gap.hidden", { kinds: listOf(kinds.map((kind) => t(`gap.hidden.${kind}`))) })}</p>;
}

function Fields({ form }: { form: GapForm }) {
  const action = useAction();
  const [isEmpty, setEmpty] = useState(false);
  const { question, answer, language, remark } = form.gap.value;
  const draft = form.draft.value!;
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const nothing = !question.trim() || !answer.trim();
    setEmpty(nothing);
    if (!nothing) await action.run(() => form.send());
  }
  return (
    <form class="gap-form" onSubmit={(event) => void submit(event)} data-testid="gap-form">
      <p class="quiet">{t("gap.about")}</p>
      {draft.questions.length > 1 && <Questions form={form} />}
      <label>
        {t("gap.question")}
        <textarea
          name="question"
          rows={2}
          lang={language}
          maxLength={QUESTION_LIMIT}
          value={question}
          onInput={(event) => form.change({ question: event.currentTarget.value })}
        />
      </label>
      <Answers form={form} />
      <label>
        {t("gap.answer")}
        <textarea
          name="answer"
          rows={6}
          lang={language}
          maxLength={ANSWER_LIMIT}
          value={answer}
          onInput={(event) => form.change({ answer: event.currentTarget.value })}
        />
      </label>
      <div class="notice" data-testid="gap-privacy">
        <Replaced kinds={draft.hidden} />
        <p>{t("gap.privacy")}</p>
      </div>
      <label>
        {t("gap.language")}
        <select
          name="language"
          value={language}
          onChange={(event) => form.speak(event.currentTarget.value as Language)}
        >
          {(["de", "en"] as const).map((one) => (
            <option key={one} value={one}>
              {t(`language.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("gap.remark")}
        <textarea
          name="remark"
          rows={2}
          maxLength={TASK_NOTE_LIMIT}
          value={remark}
          onInput={(event) => form.change({ remark: event.currentTarget.value })}
        />
      </label>
      <Failure text={isEmpty ? t("gap.empty") : action.error} />
      <div class="buttons">
        <button type="submit" class="primary" disabled={action.busy} data-testid="gap-send">
          {t("gap.submit")}
        </button>
      </div>
    </form>
  );
}

const short = (text: string): string => {
  const line = readable(text).split(/\s+/).join(" ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
};

function Questions({ form }: { form: GapForm }) {
  const { questions, question_number: stopped } = form.draft.value!;
  return (
    <label>
      {t("gap.question_of")}
      <select
        name="question_number"
        defaultValue={String(stopped ?? "")}
        onChange={(event) => form.chooseQuestion(Number(event.currentTarget.value))}
      >
        {questions.map(({ number, text }) => (
          <option key={number} value={number} selected={number === stopped}>
            {short(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Answers({ form }: { form: GapForm }) {
  const { answers } = form.draft.value!;
  if (answers.length === 0) return <p class="quiet">{t("gap.no_answers")}</p>;
  return (
    <fieldset class="outcomes">
      <legend>{t("gap.answers_of")}</legend>
      {answers.map(({ number, text }) => (
        <label key={number} class="check">
          <input
            type="checkbox"
            name="answers"
            value={number}
            checked={form.chosen.value.has(number)}
            onChange={() => form.toggle(number)}
          />
          {short(text)}
        </label>
      ))}
    </fieldset>
  );
}
