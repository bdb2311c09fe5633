import { useState } from "preact/hooks";
import { t } from "../texts";
import { secretErrorSentence } from "../texts/errors";
import { Failure } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import type { EnrolmentView, RecoveryCodes } from "../wire-account";
import { Field } from "./field";

interface Props {
  enrolment: EnrolmentView;
  confirm: (code: string) => Promise<RecoveryCodes>;
  /** The recovery codes are kept somewhere safe. */
  onDone: () => void;
}

/** An app is told the secret, shows its first code, and the recovery codes are handed out. */
export function Enrolment({ enrolment, confirm, onDone }: Props) {
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const action = useAction(secretErrorSentence);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    await action.run(async () => setCodes((await confirm(code)).codes));
  }

  if (codes) return <Codes codes={codes} onDone={onDone} />;
  return (
    <form class="enrolment" onSubmit={submit} data-testid="enrolment">
      <p>{t("second_step.scan")}</p>
      <QrCode enrolment={enrolment} />
      <p class="quiet">{t("second_step.type")}</p>
      <code class="secret" data-testid="second-step-secret">
        {enrolment.secret.replace(/(.{4})(?=.)/g, "$1 ")}
      </code>
      <Field
        label={t("second_step.first_code")}
        name="code"
        autocomplete="one-time-code"
        focus
        value={code}
        onChange={setCode}
      />
      <Failure text={action.error} />
      <button type="submit" class="primary" disabled={action.busy}>
        {t("second_step.confirm")}
      </button>
    </form>
  );
}

/** Dark on white in every theme: cameras expect it so. */
function QrCode({ enrolment }: { enrolment: EnrolmentView }) {
  const { qr_size: size, qr_path: path } = enrolment;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("second_step.qr")} shape-rendering="crispEdges">
      <rect class="qr-ground" width={size} height={size} />
      <path class="qr-dark" d={path} />
    </svg>
  );
}

/** Shown once: the desk itself keeps only their fingerprints. */
export function Codes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div class="enrolment" data-testid="recovery-codes">
      <p role="status">{t("second_step.codes.shown")}</p>
      <ul class="codes" aria-label={t("second_step.codes.title")}>
        {codes.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
      <button type="button" class="primary" onClick={onDone} data-testid="codes-kept">
        {t("second_step.codes.kept")}
      </button>
    </div>
  );
}
