import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { identityForm, type IdentityForm } from "../messages/identity";
import { useFocusBack } from "./action";
import { useShared } from "./context";
import { clock } from "./formats";

/** The visitor proves who they are: mail address, then the code. Neither is kept in the browser. */
export function IdentityCard(): VNode | null {
  const { model, toComposer } = useShared();
  const form = identityForm(model);
  const [email, setEmail] = useState("");
  const [asksAgain, setAsksAgain] = useState(false);
  const [declined, setDeclined] = useState<number | null>(null);
  useEffect(() => setAsksAgain(false), [form?.expiresAt, form?.step]);
  if (!form || form.asked === declined) return null;
  const decline = (): void => {
    setDeclined(form.asked);
    toComposer();
  };
  return form.step === "email" || asksAgain ? (
    <EmailForm form={form} email={email} setEmail={setEmail} takesFocus={asksAgain} onDecline={decline} />
  ) : (
    <CodeForm form={form} email={email} onOther={() => setAsksAgain(true)} onDecline={decline} />
  );
}

interface EmailProps {
  form: IdentityForm;
  email: string;
  takesFocus: boolean;
  setEmail(email: string): void;
  onDecline(): void;
}

function EmailForm({ form, email, takesFocus, setEmail, onDecline }: EmailProps): VNode {
  const { connection, say } = useShared();
  const [wrong, setWrong] = useState<string | null>(null);
  const area = useRef<HTMLFormElement>(null);
  useFocusBack(area);
  const submit = (event: Event): void => {
    event.preventDefault();
    const isComplete = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
    setWrong(isComplete ? null : say("emailInvalid"));
    if (isComplete) connection.send({ type: "identify", email: email.trim() });
  };
  return (
    <form
      class="card"
      ref={area}
      aria-label={say("identityTitle")}
      data-testid="identity-form"
      noValidate
      onSubmit={submit}
    >
      <h3>{say("identityTitle")}</h3>
      <p class="quiet">{say("identityWhy")}</p>
      <Field
        id="kulanz-email"
        kind="email"
        label={say("email")}
        takesFocus={takesFocus}
        value={email}
        problem={wrong ?? problemText(form, say)}
        onValue={setEmail}
      />
      <div class="buttons">
        <button type="submit" class="primary" disabled={form.busy} data-testid="identity-send">
          {say("sendCode")}
        </button>
        <NotNow onDecline={onDecline} />
      </div>
    </form>
  );
}

interface CodeProps {
  form: IdentityForm;
  email: string;
  onOther(): void;
  onDecline(): void;
}

function CodeForm({ form, email, onOther, onDecline }: CodeProps): VNode {
  const { connection, language, say } = useShared();
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const area = useRef<HTMLFormElement>(null);
  useFocusBack(area);
  const submit = (event: Event): void => {
    event.preventDefault();
    const digits = code.replace(/\D/g, "");
    setWrong(digits.length === 6 ? null : say("codeInvalid"));
    if (digits.length === 6) connection.send({ type: "prove", code: digits });
  };
  const time = form.expiresAt ? clock(form.expiresAt, language) : "";
  return (
    <form
      class="card"
      ref={area}
      aria-label={say("identityTitle")}
      data-testid="identity-form"
      noValidate
      onSubmit={submit}
    >
      <h3>{say("identityTitle")}</h3>
      <p class="quiet">
        {email ? say("codeSent", { email, time }) : say("codeSentPlain", { time })}
      </p>
      <Field
        id="kulanz-code"
        kind="code"
        label={say("code")}
        takesFocus={email !== ""}
        value={code}
        problem={wrong ?? problemText(form, say)}
        onValue={setCode}
      />
      <div class="buttons">
        <button type="submit" class="primary" disabled={form.busy} data-testid="identity-prove">
          {say("confirm")}
        </button>
        {email && (
          <button
            type="button"
            class="text-button"
            disabled={form.busy}
            data-testid="identity-resend"
            onClick={() => connection.send({ type: "identify", email: email.trim() })}
          >
            {say("resend")}
          </button>
        )}
        <button type="button" class="text-button" data-testid="identity-other" onClick={onOther}>
          {say("otherEmail")}
        </button>
        <NotNow onDecline={onDecline} />
      </div>
    </form>
  );
}

/** Nobody is held: the talk goes on without, and the form comes back when it is needed again. */
function NotNow({ onDecline }: { onDecline(): void }): VNode {
  const { say } = useShared();
  return (
    <button type="button" class="text-button" data-testid="identity-not-now" onClick={onDecline}>
      {say("notNow")}
    </button>
  );
}

interface FieldProps {
  id: string;
  kind: "email" | "code";
  label: string;
  /** After a step of the visitor's own; a form that appears by itself interrupts nobody. */
  takesFocus: boolean;
  value: string;
  problem: string | null;
  onValue(value: string): void;
}

const INPUT = {
  email: { inputMode: "email", autoComplete: "email", maxLength: 254 },
  code: { inputMode: "numeric", autoComplete: "one-time-code", maxLength: 12 },
} as const;

function Field({ id, kind, label, takesFocus, value, problem, onValue }: FieldProps): VNode {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
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
        data-testid={`identity-${kind}`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <p id={`${id}-problem`} class="problem" role="alert" data-testid="identity-problem">
        {problem}
      </p>
    </>
  );
}

function problemText({ problem }: IdentityForm, say: ReturnType<typeof useShared>["say"]): string | null {
  return problem && say(problem.text, { tries: problem.tries });
}
