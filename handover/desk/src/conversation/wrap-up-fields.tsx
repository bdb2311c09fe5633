import { useId } from "preact/hooks";
import { t } from "../texts";
import { topicName } from "../texts/routing";
import { BOT_VERDICTS, ROOT_CAUSES, type BotVerdict, type Language, type RootCause } from "../wire";
import { ArticlePicker } from "./article-picker";
import { guessSentence, type WrapUpForm } from "./wrap-up-form";

export const REMARK_LIMIT = 1000;

interface Props {
  form: WrapUpForm;
  language: Language;
}

/** Topic, cause and what the bot could have done: filled in as far as it is known, each with what that is read from. */
export function WrapUpFields({ form, language }: Props) {
  const { topic, root_cause: cause, bot_could: verdict, article, remark } = form.fields.value;
  const topics = form.view.value?.topics ?? [];
  return (
    <div class="wrap-up" data-testid="wrap-up-fields" aria-busy={!form.view.value && !form.failed.value}>
      <p role="status" class="quiet">
        {form.failed.value ? t("wrap_up.failed") : !form.view.value && t("wrap_up.loading")}
      </p>
      <Choice
        name="topic"
        form={form}
        label={t("wrap_up.topic")}
        value={topic}
        options={withValue(topics, topic).map((one) => [one, topicName(one)])}
        onChange={(value) => form.set({ topic: value })}
      />
      <Choice
        name="root_cause"
        form={form}
        label={t("wrap_up.root_cause")}
        value={cause}
        options={ROOT_CAUSES.map((one) => [one, t(`cause.${one}`)])}
        onChange={(value) => form.set({ root_cause: value as RootCause | null })}
      />
      <Choice
        name="bot_could"
        form={form}
        label={t("wrap_up.bot_could")}
        value={verdict}
        options={BOT_VERDICTS.map((one) => [one, t(`verdict.${one}`)])}
        onChange={(value) => form.set({ bot_could: value as BotVerdict | null })}
      />
      {verdict === "article_exists" && (
        <ArticlePicker
          chosen={article}
          language={language}
          hint={guessHint(form, "article")}
          onChoose={(chosen) => form.set({ article: chosen })}
        />
      )}
      <label>
        {t("wrap_up.remark")}
        <textarea
          name="remark"
          rows={2}
          maxLength={REMARK_LIMIT}
          value={remark}
          onInput={(event) => form.set({ remark: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}

/** A topic that the rules have dropped since stays what it was. */
const withValue = (known: readonly string[], value: string | null): readonly string[] =>
  value && !known.includes(value) ? [...known, value] : known;

function guessHint(form: WrapUpForm, name: "topic" | "root_cause" | "bot_could" | "article"): string {
  const guess = form.guess(name);
  return guess?.value ? guessSentence(guess) : "";
}

interface ChoiceProps {
  name: "topic" | "root_cause" | "bot_could";
  form: WrapUpForm;
  label: string;
  value: string | null;
  options: readonly (readonly [string, string])[];
  onChange: (value: string | null) => void;
}

function Choice({ name, form, label, value, options, onChange }: ChoiceProps) {
  const hint = guessHint(form, name);
  const id = useId();
  return (
    <div class="field">
      <label>
        {label}
        <select
          name={name}
          value={value ?? ""}
          aria-describedby={hint ? id : undefined}
          onChange={(event) => onChange(event.currentTarget.value || null)}
        >
          <option value="">{t("wrap_up.not_judged")}</option>
          {options.map(([code, text]) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {hint && (
        <p id={id} class="quiet" data-testid={`guess-${name}`}>
          {hint}
        </p>
      )}
    </div>
  );
}
