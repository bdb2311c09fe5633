import { useRef, useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { OUTCOMES, type ConversationSummary } from "../wire";
import { FormDialog } from "../ui/dialog";
import { isProven } from "../ui/parts";
import { useAction } from "../ui/use-action";
import { OutcomeField, outcomeOf } from "./outcome-field";
import { WrapUpFields } from "./wrap-up-fields";
import { guessSentence, WrapUpForm } from "./wrap-up-form";

/** Ends a case in two keys: one opens this, Enter takes what is guessed. Nothing in it holds the end up. */
export function CloseDialog({ row, onClose }: { row: ConversationSummary; onClose: () => void }) {
  const workplace = useWorkplace();
  const action = useAction();
  const [form] = useState(() => new WrapUpForm(row.id));
  const mail = useTranscript(row);

  async function close(isJudged: boolean) {
    const done = await action.run(async () => {
      await mail.send(); // first: if it cannot be sent, the case is still there to try again
      if (isJudged) await form.arrived;
      const wrapUp = isJudged ? form.said() : null;
      const { outcome } = form.fields.value;
      workplace.put((await api.close(row.id, row.ownership_version, outcome, wrapUp)).summary);
    });
    if (done) onClose();
  }

  return (
    <FormDialog
      title={t("close.title")}
      name="close"
      submit={t("close.submit")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void close(true)}
      onClose={onClose}
      extra={
        <button type="button" disabled={action.busy} onClick={() => void close(false)} data-testid="wrap-up-skip">
          {t("wrap_up.skip")}
        </button>
      }
    >
      <Ending form={form} row={row} />
      {mail.box}
      <p class="quiet">{t("wrap_up.keys", { count: OUTCOMES.length })}</p>
    </FormDialog>
  );
}

/** The outcome, with its digits, and the rest of the wrap-up. */
export function Ending({ form, row }: { form: WrapUpForm; row: ConversationSummary }) {
  const guess = form.guess("outcome");
  function press(event: KeyboardEvent) {
    const outcome = outcomeOf(event);
    if (!outcome) return;
    event.preventDefault();
    form.set({ outcome });
  }
  return (
    <div class="ending" onKeyDown={press}>
      <OutcomeField value={form.fields.value.outcome} onChange={(outcome) => form.set({ outcome })} />
      {guess && <p class="quiet">{guessSentence(guess)}</p>}
      <WrapUpFields form={form} language={row.language} />
    </div>
  );
}

/** The transcript goes along if that is wanted, and once: a second try of the rest sends it no second time. */
function useTranscript(row: ConversationSummary) {
  const [wanted, setWanted] = useState(false);
  const isSent = useRef(false);
  const send = async () => {
    if (!wanted || isSent.current) return;
    await api.mailTranscript(row.id);
    isSent.current = true;
  };
  const box = isProven(row.trust) && (
    <label class="check">
      <input
        type="checkbox"
        name="transcript"
        checked={wanted}
        onChange={(event) => setWanted(event.currentTarget.checked)}
      />
      {t("wrap_up.mail")}
    </label>
  );
  return { send, box };
}
