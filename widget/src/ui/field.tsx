import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

const INPUT = {
  email: { inputMode: "email", autoComplete: "email", maxLength: 254 },
  code: { inputMode: "numeric", autoComplete: "one-time-code", maxLength: 12 },
  phone: { inputMode: "tel", autoComplete: "tel", maxLength: 40 },
} as const;

interface FieldProps {
  /** The form it stands in. */
  form: "identity" | "transcript" | "contact" | "mail";
  kind: keyof typeof INPUT;
  label: string;
  /** After a step of the visitor's own; a form that appears by itself interrupts nobody. */
  takesFocus: boolean;
  value: string;
  problem: string | null;
  onValue(value: string): void;
}

/** One labelled line of a form; what is wrong with it is said right below. */
export function Field({ form, kind, label, takesFocus, value, problem, onValue }: FieldProps): VNode {
  const input = useRef<HTMLInputElement>(null);
  const id = `kulanz-${form}-${kind}`;
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  useEffect(() => {
    // Whoever sent the form is brought to what is wrong; whoever is elsewhere stays there.
    const field = input.current;
    const { activeElement } = field?.getRootNode() as ShadowRoot;
    if (!problem || !field?.form?.contains(activeElement)) return;
    field.focus();
    if (kind === "code") field.select(); // an address is mended, a code is typed anew
  }, [problem]);
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={input}
        type="text"
        {...INPUT[kind]}
        autoCapitalize="off"
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        data-testid={`${form}-${kind}`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <p id={`${id}-problem`} class="problem" role="alert" data-testid={`${form}-problem`}>
        {problem}
      </p>
    </>
  );
}

/** Whether `email` looks like a whole address; the desk looks closer. */
export const isEmail = (email: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
