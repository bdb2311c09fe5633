import { useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import type { ActDialogProps } from "./acts";
import { ReasonField } from "./transfer-dialog";

/** I go on in a colleague's place; they are told at once. What is asked is about whoever had it when it was asked. */
export function TakeOverDialog({ row, onClose }: ActDialogProps) {
  const workplace = useWorkplace();
  const action = useAction();
  const [reason, setReason] = useState("");
  const [seen] = useState(row);
  const name = seen.owner_name ?? t("somebody");
  async function submit() {
    const take = async () =>
      workplace.put((await api.takeOver(row.id, seen.ownership_version, reason.trim())).summary);
    if (await action.run(take)) onClose();
  }
  return (
    <FormDialog
      title={t("take_over.title", { name })}
      name="take-over"
      submit={t("take_over.submit")}
      busy={action.busy}
      error={action.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <ReasonField value={reason} onChange={setReason} label={t("take_over.reason", { name })} />
      <p class="quiet">{t("take_over.hint", { name })}</p>
    </FormDialog>
  );
}
