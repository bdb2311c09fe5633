import { t } from "../texts";
import { OUTCOMES, type Outcome } from "../wire";

interface Props {
  value: Outcome;
  onChange: (outcome: Outcome) => void;
}

export function OutcomeField({ value, onChange }: Props) {
  return (
    <fieldset class="outcomes">
      <legend>{t("outcome.label")}</legend>
      {OUTCOMES.map((outcome) => (
        <label key={outcome} class="check">
          <input
            type="radio"
            name="outcome"
            value={outcome}
            checked={value === outcome}
            onChange={() => onChange(outcome)}
          />
          {t(`outcome.${outcome}`)}
        </label>
      ))}
    </fieldset>
  );
}
