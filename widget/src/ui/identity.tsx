import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { identityForm, type IdentityForm } from "../messages/identity";
import { useFocusBack } from "./action";
import { useShared } from "./context";
import { Field, isEmail } from "./field";
import { clock } from "./formats";

/** The visitor proves who they are: mail address, then the code. Neither is kept in the browser. */
export function IdentityCard(): VNode | null {
  const { model, toComposer } = useShared();
  const form = identityForm(model);
  const [declined, setDeclined] = useState<number | null>(null);
  if (!form || form.asked === declined) return null;
  const decline = (): void => {
    setDeclined(form.asked);
    toComposer();
  };
  return <ProofForm form={form} place="identity" onDecline={decline} />;
}

interface ProofProps {
  form: IdentityForm;
  place: Place;
  takesFocus?: boolean;
  onDecline(): void;
}

/** Where the form stands; both may be there at once. */
type Place = "identity" | "transcript";

/** Both steps, wherever a proof is asked for. */
export function ProofForm({ form, place, takesFocus = false, onDecline }: ProofProps): VNode {
  const [email, setEmail] = useState("");
  const [asksAgain, setAsksAgain] = useState(false);
  useEffect(() => setAsksAgain(false), [form.expiresAt, form.step]);
  const shared = { form, place, email, onDecline };
  return form.step === "email" || asksAgain ? (
    <EmailForm {...shared} setEmail={setEmail} takesFocus={takesFocus || asksAgain} />
  ) : (
    <CodeForm {...shared} onOther={() => setAsksAgain(true)} />
  );
}

interface EmailProps {
  form: IdentityForm;
  place: Place;
  email: string;
  takesFocus: boolean;
  setEmail(email: string): void;
  onDecline(): void;
}

function EmailForm({ form, place, email, takesFocus, setEmail, onDecline }: EmailProps): VNode {
  const { connection, say } = useShared();
  const [wrong, setWrong] = useState<string | null>(null);
  const area = useRef<HTMLFormElement>(null);
  useFocusBack(area);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (form.busy) return;
    const isComplete = isEmail(email);
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
        form={place}
        kind="email"
        label={say("email")}
        takesFocus={takesFocus}
        value={email}
        problem={wrong ?? problemText(form, say)}
        onValue={setEmail}
      />
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled={form.busy} data-testid="identity-send">
          {say("sendCode")}
        </button>
        <NotNow onDecline={onDecline} />
      </div>
    </form>
  );
}

interface CodeProps {
  form: IdentityForm;
  place: Place;
  email: string;
  onOther(): void;
  onDecline(): void;
}

function CodeForm({ form, place, email, onOther, onDecline }: CodeProps): VNode {
  const { connection, language, say } = useShared();
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const area = useRef<HTMLFormElement>(null);
  useFocusBack(area);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (form.busy) return;
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
        form={place}
        kind="code"
        label={say("code")}
        takesFocus={email !== ""}
        value={code}
        problem={wrong ?? problemText(form, say)}
        onValue={setCode}
      />
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled={form.busy} data-testid="identity-prove">
          {say("confirm")}
        </button>
        {email && (
          <button
            type="button"
            class="text-button"
            aria-disabled={form.busy}
            data-testid="identity-resend"
            onClick={() => form.busy || connection.send({ type: "identify", email: email.trim() })}
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

function problemText({ problem }: IdentityForm, say: ReturnType<typeof useShared>["say"]): string | null {
  return problem && say(problem.text, { tries: problem.tries });
}
