import { useWorkplace } from "../state/workplace";
import { t } from "../texts";

interface ChoiceProps {
  label: string;
  name: string;
  /** Empty: any. */
  value: string;
  /** Each with its words. */
  options: readonly (readonly [value: string, words: string])[];
  onChange: (value: string) => void;
  testId?: string;
}

/** One of several, or any of them. */
export function Choice({ label, name, value, options, onChange, testId }: ChoiceProps) {
  return (
    <label>
      {label}
      <select
        name={name}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data-testid={testId}
      >
        <option value="">{t("search.any")}</option>
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Somebody of the team. */
export function AgentChoice(props: Pick<ChoiceProps, "label" | "value" | "onChange">) {
  const agents = useWorkplace().queue.view.value?.agents ?? [];
  return <Choice name="agent_id" options={agents.map(({ id, name }) => [id, name])} {...props} />;
}

interface FromTo {
  first_day: string;
  last_day: string;
}

export function Days({ days, onChange }: { days: FromTo; onChange: (change: Partial<FromTo>) => void }) {
  return (
    <>
      <label>
        {t("search.from")}
        <input
          type="date"
          name="first_day"
          value={days.first_day}
          onInput={(event) => onChange({ first_day: event.currentTarget.value })}
        />
      </label>
      <label>
        {t("search.to")}
        <input
          type="date"
          name="last_day"
          value={days.last_day}
          onInput={(event) => onChange({ last_day: event.currentTarget.value })}
        />
      </label>
    </>
  );
}
