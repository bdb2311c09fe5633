import { useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { ConversationSummary, Outcome } from "../wire";
import { FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import { OutcomeField } from "./outcome-field";

export function CloseDialog({ row, onClose }: { row: ConversationSummary; onClose: () => void }) {
  const workplace = useWorkplace();
  const action = useAction();
  const [outcome, setOutcome] = useState<Outcome>("solved");

  async function submit() {
    const close = async () => workplace.put((await api.close(row.id, row.ownership_version, outcome)).summary);
    if (await action.run(close)) onClose();
  }

  return (
    <FormDialog
      title={t("close.title")}
      name="close"
      submit={t("close.submit")}
      busy={action.busy}
      error={action.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <OutcomeField value={outcome} onChange={setOutcome} />
    </FormDialog>
  );
}
