import { useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { ConversationSummary, Outcome } from "../wire";
import { FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import { OutcomeField } from "./outcome-field";

export function ReturnDialog({ row, onClose }: { row: ConversationSummary; onClose: () => void }) {
  const workplace = useWorkplace();
  const action = useAction();
  const [outcome, setOutcome] = useState<Outcome>("solved");
  const summary = workplace.drafts.of(row.id, "return");

  async function submit() {
    const giveBack = async () =>
      workplace.put((await api.giveBack(row.id, row.ownership_version, outcome, summary.value.trim())).summary);
    if (!(await action.run(giveBack))) return;
    summary.value = "";
    onClose();
  }

  return (
    <FormDialog
      title={t("return.title")}
      name="return"
      submit={t("return.submit")}
      busy={action.busy}
      error={action.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <OutcomeField value={outcome} onChange={setOutcome} />
      <label>
        {t("return.summary")}
        <textarea
          name="summary"
          rows={4}
          required
          maxLength={2000}
          value={summary.value}
          onInput={(event) => (summary.value = event.currentTarget.value)}
        />
      </label>
      <p class="quiet">{t("return.hint")}</p>
    </FormDialog>
  );
}
