import { useState } from "preact/hooks";
import { t } from "../texts";
import { secretErrorSentence } from "../texts/errors";
import { Failure } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import * as api from "./api";
import { Field, OwnPassword } from "./field";

export function PasswordCard({ onChanged }: { onChanged: () => void }) {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [isDone, setDone] = useState(false);
  const action = useAction(secretErrorSentence);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    setDone(false);
    if (!(await action.run(() => api.changePassword(old, next)))) return;
    setOld("");
    setNext("");
    setDone(true);
    onChanged();
  }

  return (
    <section class="card" aria-labelledby="account-password" data-testid="account-password">
      <h2 id="account-password">{t("account.password")}</h2>
      <form class="account-form" onSubmit={submit}>
        <OwnPassword value={old} onChange={setOld} />
        <Field
          label={t("account.password.new")}
          name="new-password"
          type="password"
          autocomplete="new-password"
          hint={t("account.password.hint")}
          value={next}
          onChange={setNext}
        />
        <Failure text={action.error} />
        <p role="status">{isDone && t("account.password.changed")}</p>
        <button type="submit" class="primary" disabled={action.busy}>
          {t("account.password.change")}
        </button>
      </form>
    </section>
  );
}
