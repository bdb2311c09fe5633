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
      {OUTCOMES.map((outcome, index) => (
        <label key={outcome} class="check">
          <input
            type="radio"
            name="outcome"
            value={outcome}
            checked={value === outcome}
            aria-keyshortcuts={String(index + 1)}
            onChange={() => onChange(outcome)}
          />
          {t(`outcome.${outcome}`)}
          <kbd aria-hidden="true">{index + 1}</kbd>
        </label>
      ))}
    </fieldset>
  );
}

/** The digit of an outcome chooses it wherever no text is being written. */
export function outcomeOf(event: KeyboardEvent): Outcome | null {
  const target = event.target as Element;
  const isText = target.matches('textarea, select, input:not([type="radio"]):not([type="checkbox"])');
  if (isText || event.ctrlKey || event.metaKey || event.altKey) return null;
  return /^[1-9]$/.test(event.key) ? (OUTCOMES[Number(event.key) - 1] ?? null) : null;
}
