import { useState } from "preact/hooks";
import { counted, t } from "../texts";
import { secretErrorSentence } from "../texts/errors";
import { day } from "../texts/format";
import { Dialog, FormDialog } from "../ui/dialog";
import { Chip } from "../ui/parts";
import { useAction } from "../ui/use-action";
import type { EnrolmentView, RecoveryCodes, SecondStepView } from "../wire-account";
import * as api from "./api";
import { Codes, Enrolment } from "./enrolment";
import { CodeField, OwnPassword } from "./field";

type Wish = "begin" | "codes" | "off";

/** Whether a code is asked for after the password, and everything that changes it. */
export function SecondStepCard({ view, onChanged }: { view: SecondStepView; onChanged: () => void }) {
  const [wish, setWish] = useState<Wish | null>(null);
  const [enrolment, setEnrolment] = useState<EnrolmentView | null>(null);
  const [codes, setCodes] = useState<RecoveryCodes | null>(null);

  function done() {
    setEnrolment(null);
    setCodes(null);
    onChanged();
  }

  async function grant(password: string, code: string) {
    if (wish === "begin") setEnrolment(await api.beginSecondStep(password));
    if (wish === "codes") setCodes(await api.renewCodes(password, code));
    if (wish === "off") await api.turnSecondStepOff(password, code);
    setWish(null);
    onChanged();
  }

  return (
    <section class="card" aria-labelledby="account-second-step" data-testid="account-second-step">
      <header class="page-head">
        <h2 id="account-second-step">{t("second_step.title")}</h2>
        <Chip kind={view.since ? "good" : "plain"}>
          {view.since ? t("second_step.on", { day: day(view.since) }) : t("second_step.off")}
        </Chip>
      </header>
      <p>{t("second_step.about")}</p>
      {view.since ? <IsOn view={view} onWish={setWish} /> : <SetUp onWish={setWish} />}
      {enrolment && (
        <Dialog title={t("second_step.set_up")} name="enrolment" onClose={done}>
          <Enrolment enrolment={enrolment} confirm={api.confirmSecondStep} onDone={done} />
        </Dialog>
      )}
      {codes && (
        <Dialog title={t("second_step.codes.title")} name="codes" onClose={done}>
          <Codes codes={codes.codes} onDone={done} />
        </Dialog>
      )}
      {wish && <Proof wish={wish} grant={grant} onClose={() => setWish(null)} />}
    </section>
  );
}

function SetUp({ onWish }: { onWish: (wish: Wish) => void }) {
  return (
    <div class="buttons">
      <button type="button" class="primary" onClick={() => onWish("begin")} data-testid="second-step-begin">
        {t("second_step.set_up")}
      </button>
    </div>
  );
}

function IsOn({ view, onWish }: { view: SecondStepView; onWish: (wish: Wish) => void }) {
  return (
    <>
      <p data-testid="codes-left">{counted("second_step.codes.left", view.codes_left)}</p>
      {view.required && <p class="quiet">{t("second_step.required")}</p>}
      <div class="buttons">
        <button type="button" onClick={() => onWish("codes")} data-testid="second-step-codes">
          {t("second_step.codes.renew")}
        </button>
        {!view.required && (
          <button type="button" onClick={() => onWish("off")} data-testid="second-step-off">
            {t("second_step.turn_off")}
          </button>
        )}
      </div>
    </>
  );
}

interface ProofProps {
  wish: Wish;
  grant: (password: string, code: string) => Promise<void>;
  onClose: () => void;
}

const TITLES = { begin: "second_step.set_up", codes: "second_step.codes.renew", off: "second_step.turn_off" } as const;

/** What a stolen session does not have is asked for. */
function Proof({ wish, grant, onClose }: ProofProps) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const action = useAction(secretErrorSentence);
  return (
    <FormDialog
      title={t(TITLES[wish])}
      name="proof"
      submit={t("second_step.go_on")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void action.run(() => grant(password, code))}
      onClose={onClose}
    >
      <p>{t(wish === "begin" ? "second_step.proof.password" : "second_step.proof.both")}</p>
      <OwnPassword value={password} onChange={setPassword} />
      {wish !== "begin" && <CodeField value={code} onChange={setCode} />}
    </FormDialog>
  );
}
