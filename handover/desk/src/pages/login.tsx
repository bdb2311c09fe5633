import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api";
import { Enrolment } from "../account/enrolment";
import { CodeField } from "../account/field";
import { ApiError } from "../connection/http";
import { logIn, passCode, resume } from "../state/session";
import { forCode, t } from "../texts";
import { errorSentence, logInErrorSentence, secretErrorSentence } from "../texts/errors";
import { Failure } from "../ui/dialog";
import { LanguageSelect } from "../ui/language-select";
import { useAction } from "../ui/use-action";
import type { EnrolmentView, LogInStep, LogInWays } from "../wire-account";

/** Until the desk has said more. */
const BY_PASSWORD: LogInWays = { password: "everybody", company: false };

export function LoginPage({ ended }: { ended: boolean }) {
  const [step, setStep] = useState<LogInStep | "password">("password");
  const [isLate, setLate] = useState(false);

  function fromTheBeginning() {
    setStep("password");
    setLate(true);
  }

  return (
    <main class="login">
      <div class="card" data-testid="login" data-step={step}>
        <h1>{t("login.title")}</h1>
        {ended && step === "password" && <Notice text={t("login.ended")} />}
        {isLate && step === "password" && <Notice text={t("login.late")} />}
        {step === "password" && <FirstStep onNext={setStep} />}
        {step === "code" && <CodeStep onLate={fromTheBeginning} onBack={() => setStep("password")} />}
        {step === "enrol" && <EnrolStep onLate={fromTheBeginning} />}
        <LanguageSelect />
      </div>
    </main>
  );
}

function Notice({ text }: { text: string }) {
  return (
    <p role="status" class="notice">
      {text}
    </p>
  );
}

/** Why the company's log-in led back here without a session; said once, a reload is a new try. */
function whyFromCompany(): string | null {
  const because = new URLSearchParams(location.search).get("company");
  if (because) history.replaceState(null, "", location.pathname);
  return because && forCode("login.company", because, t("login.company.refused"));
}

function FirstStep({ onNext }: { onNext: (step: LogInStep) => void }) {
  const [ways, setWays] = useState(BY_PASSWORD);
  const [why] = useState(whyFromCompany);
  useEffect(() => void api.logInWays().then(setWays, () => undefined), []); // a password may be tried all the same
  return (
    <>
      <Failure text={why} />
      {ways.company && (
        <a class="button primary" href="/api/login/company" data-testid="login-company">
          {t("login.company")}
        </a>
      )}
      {ways.password === "everybody" ? (
        <PasswordForm onNext={onNext} />
      ) : (
        <details>
          <summary data-testid="login-admin">{t("login.admins")}</summary>
          <PasswordForm onNext={onNext} />
        </details>
      )}
    </>
  );
}

function PasswordForm({ onNext }: { onNext: (step: LogInStep) => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const action = useAction(logInErrorSentence);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    await action.run(async () => {
      const next = await logIn(email.trim(), password);
      if (next) onNext(next);
    });
  }

  return (
    <form class="login-form" onSubmit={submit}>
      <label>
        {t("login.email")}
        <input
          ref={first}
          type="email"
          name="email"
          autocomplete="username"
          required
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </label>
      <label>
        {t("login.password")}
        <input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <Failure text={action.error} />
      <button type="submit" class="primary" disabled={action.busy}>
        {t("login.submit")}
      </button>
    </form>
  );
}

const isTooLate = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

function CodeStep({ onLate, onBack }: { onLate: () => void; onBack: () => void }) {
  const [code, setCode] = useState("");
  const action = useAction(secretErrorSentence);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    await action.run(() => orLate(() => passCode(code), onLate));
  }

  return (
    <form class="login-form" onSubmit={submit} data-testid="login-code">
      <p>{t("login.code")}</p>
      <CodeField value={code} onChange={setCode} focus />
      <Failure text={action.error} />
      <button type="submit" class="primary" disabled={action.busy}>
        {t("login.submit")}
      </button>
      <button type="button" onClick={onBack}>
        {t("login.back")}
      </button>
    </form>
  );
}

function EnrolStep({ onLate }: { onLate: () => void }) {
  const [enrolment, setEnrolment] = useState<EnrolmentView | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    orLate(api.beginSetUp, onLate).then(
      (begun) => begun && setEnrolment(begun),
      (failure: unknown) => setError(errorSentence(failure)),
    );
  }, []);

  return (
    <>
      <p>{t("login.enrol")}</p>
      <Failure text={error} />
      {enrolment && <Enrolment enrolment={enrolment} confirm={confirm} onDone={() => void resume()} />}
    </>
  );

  async function confirm(code: string) {
    return (await orLate(() => api.setUp(code), onLate)) ?? { codes: [] };
  }
}

/** Nothing, and the password anew, when too much time has passed since it. */
async function orLate<T>(work: () => Promise<T>, onLate: () => void): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isTooLate(error)) throw error;
    onLate();
    return undefined;
  }
}
