import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext, useId } from "preact/hooks";
import { problemSentence } from "../texts/rules";

/** What the desk found wrong, by place. */
export const Problems = createContext<ReadonlyMap<string, string>>(new Map());

/** The first thing that is wrong at a place or within it. */
export function useProblem(place: string): string | null {
  const problems = useContext(Problems);
  const found = [...problems].find(([at]) => at === place || at.startsWith(`${place}.`));
  return found ? problemSentence(found[1]) : null;
}

export function Wrong({ id, text }: { id?: string; text: string | null }) {
  return text ? (
    <p id={id} class="field-wrong">
      {text}
    </p>
  ) : null;
}

interface FieldProps {
  place: string;
  label: string;
  hint?: string;
  children: (props: { "aria-invalid": boolean; "aria-describedby": string }) => ComponentChildren;
}

/** One field with its name, what it means, and what is wrong with it. */
export function Labelled({ place, label, hint, children }: FieldProps) {
  const wrong = useProblem(place);
  const about = useId();
  const error = useId();
  return (
    <div class="field">
      <label>
        {label}
        {children({ "aria-invalid": wrong !== null, "aria-describedby": `${about} ${error}` })}
      </label>
      {hint && (
        <p id={about} class="quiet">
          {hint}
        </p>
      )}
      <Wrong id={error} text={wrong} />
    </div>
  );
}

interface NumberProps {
  place: string;
  label: string;
  hint?: string;
  value: number | null;
  min: number;
  max?: number;
  onChange: (value: number | null) => void;
}

/** A whole number, or nothing. */
export function NumberField({ place, label, hint, value, min, max, onChange }: NumberProps) {
  return (
    <Labelled place={place} label={label} {...(hint && { hint })}>
      {(aria) => (
        <input
          {...aria}
          type="number"
          name={place}
          inputMode="numeric"
          min={min}
          {...(max !== undefined && { max })}
          step={1}
          value={value ?? ""}
          onInput={({ currentTarget: { value: typed } }) => onChange(typed === "" ? null : Number(typed))}
        />
      )}
    </Labelled>
  );
}
