import { useEffect, useRef, useState } from "preact/hooks";
import { logIn } from "../state/session";
import { t } from "../texts";
import { logInErrorSentence } from "../texts/errors";
import { Failure } from "../ui/dialog";
import { LanguageSelect } from "../ui/language-select";
import { useAction } from "../ui/use-action";

export function LoginPage({ ended }: { ended: boolean }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const action = useAction(logInErrorSentence);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    await action.run(() => logIn(email.trim(), password));
  }

  return (
    <main class="login">
      <form class="card" onSubmit={submit} data-testid="login">
        <h1>{t("login.title")}</h1>
        {ended && (
          <p role="status" class="notice">
            {t("login.ended")}
          </p>
        )}
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
        <LanguageSelect />
      </form>
    </main>
  );
}
