import { t } from "../texts";
import type { RulesDocument } from "../wire-rules";
import { Labelled, NumberField } from "./fields";

interface Props {
  document: RulesDocument;
  onChange: (part: Partial<RulesDocument>) => void;
}

const DAY_SECONDS = 86_400;
const MODES = ["manual", "offer"] as const;

/** Who gets a case, how long things may take, and how much wait is taken on. */
export function QueueFields({ document, onChange }: Props) {
  const { offers, service_level: level } = document;
  const offer = (part: Partial<RulesDocument["offers"]>) => onChange({ offers: { ...offers, ...part } });
  const promise = (part: Partial<RulesDocument["service_level"]>) => onChange({ service_level: { ...level, ...part } });
  const seconds = { min: 1, max: DAY_SECONDS };
  return (
    <section class="card rules-part" aria-labelledby="rules-queue" data-testid="rules-queue">
      <h2 id="rules-queue">{t("rules.queue")}</h2>
      <fieldset class="rules-mode">
        <legend>{t("rules.place.mode")}</legend>
        {MODES.map((mode) => (
          <label key={mode} class="check">
            <input
              type="radio"
              name="mode"
              value={mode}
              checked={document.mode === mode}
              onChange={() => onChange({ mode })}
            />
            {t(`rules.mode.${mode}`)}
          </label>
        ))}
      </fieldset>
      <div class="rules-fields">
        <NumberField
          place="offers.answer_within"
          label={t("rules.place.offers.answer_within")}
          hint={t("rules.hint.answer_within")}
          value={offers.answer_within}
          {...seconds}
          onChange={(answer_within) => offer({ answer_within })}
        />
        <NumberField
          place="offers.ask_again_after"
          label={t("rules.place.offers.ask_again_after")}
          hint={t("rules.hint.ask_again_after")}
          value={offers.ask_again_after}
          {...seconds}
          onChange={(ask_again_after) => offer({ ask_again_after })}
        />
        <NumberField
          place="offers.relax_topic_after"
          label={t("rules.place.offers.relax_topic_after")}
          hint={t("rules.hint.relax_topic_after")}
          value={offers.relax_topic_after}
          {...seconds}
          onChange={(relax_topic_after) => offer({ relax_topic_after })}
        />
        <NumberField
          place="offers.relax_language_after"
          label={t("rules.place.offers.relax_language_after")}
          hint={t("rules.hint.relax_language_after")}
          value={offers.relax_language_after}
          {...seconds}
          onChange={(relax_language_after) => offer({ relax_language_after })}
        />
        <NumberField
          place="service_level.accept_within"
          label={t("rules.place.service_level.accept_within")}
          hint={t("rules.hint.promise")}
          value={level.accept_within}
          {...seconds}
          onChange={(accept_within) => promise({ accept_within })}
        />
        <NumberField
          place="service_level.answer_within"
          label={t("rules.place.service_level.answer_within")}
          hint={t("rules.hint.promise")}
          value={level.answer_within}
          {...seconds}
          onChange={(answer_within) => promise({ answer_within })}
        />
        <NumberField
          place="leave_after"
          label={t("rules.place.leave_after")}
          hint={t("rules.hint.leave_after")}
          value={document.leave_after}
          min={60}
          max={DAY_SECONDS}
          onChange={(leave_after) => onChange({ leave_after })}
        />
        <NumberField
          place="queue_limit"
          label={t("rules.place.queue_limit")}
          hint={t("rules.hint.queue_limit")}
          value={document.queue_limit}
          min={1}
          onChange={(queue_limit) => onChange({ queue_limit })}
        />
        <Labelled place="phone_region" label={t("rules.place.phone_region")} hint={t("rules.hint.phone_region")}>
          {(aria) => (
            <input
              {...aria}
              name="phone_region"
              required
              maxLength={2}
              value={document.phone_region}
              onInput={({ currentTarget: { value } }) => onChange({ phone_region: value.toUpperCase() })}
            />
          )}
        </Labelled>
      </div>
    </section>
  );
}
