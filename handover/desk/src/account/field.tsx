import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../texts";

interface Props {
  label: string;
  name: string;
  value: string;
  autocomplete: string;
  type?: "password" | "text";
  hint?: string;
  focus?: boolean;
  onChange: (value: string) => void;
}

/** One line to be filled in; what it should be stands below it and is read with it. */
export function Field({ label, name, value, autocomplete, type = "text", hint, focus, onChange }: Props) {
  const about = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  return (
    <div class="field">
      <label>
        {label}
        <input
          ref={input}
          type={type as "text"} // the types of JSX know no choice between two
          name={name}
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          required
          maxLength={type === "password" ? 200 : 40}
          value={value}
          aria-describedby={hint && about}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      {hint && (
        <p id={about} class="quiet">
          {hint}
        </p>
      )}
    </div>
  );
}

interface SecretProps {
  value: string;
  onChange: (value: string) => void;
}

export function OwnPassword(props: SecretProps) {
  return (
    <Field label={t("account.password.old")} name="password" type="password" autocomplete="current-password" {...props} />
  );
}

/** Of the app, or one of the recovery codes. */
export function CodeField({ focus, ...props }: SecretProps & { focus?: boolean }) {
  return (
    <Field
      label={t("code.label")}
      name="code"
      autocomplete="one-time-code"
      hint={t("code.hint")}
      {...props}
      {...(focus && { focus })}
    />
  );
}
