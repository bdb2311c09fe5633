import { useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { FormDialog } from "../ui/dialog";
import { Empty } from "../ui/parts";
import { useAction } from "../ui/use-action";
import type { ConversationSummary } from "../wire";
import type { Colleague } from "../wire-queue";
import type { ActDialogProps } from "./acts";
import { byRoom, GoalField, type Goal } from "./goal-field";
import { ReasonField, WhoIsThere } from "./transfer-dialog";

/** Whoever may see the case and is at work; not whoever has it. The desk decides, this only hides dead ends. */
export function takers(agents: readonly Colleague[], row: ConversationSummary): Colleague[] {
  return agents
    .filter((one) => one.id !== row.owner_id && one.online && one.status !== "off")
    .filter((one) => row.team === null || one.team === row.team || row.offered_to === one.id)
    .sort(byRoom);
}

/** A supervisor gives the case to somebody, who need not say yes. */
export function AssignDialog({ row, onClose }: ActDialogProps) {
  const workplace = useWorkplace();
  const action = useAction();
  const [goal, setGoal] = useState<Goal | null>(null);
  const [reason, setReason] = useState("");
  const [unchosen, setUnchosen] = useState(false);
  const queue = workplace.queue.view.value;
  const people = takers(queue?.agents ?? [], row);
  async function submit() {
    if (!goal) return setUnchosen(true);
    const give = async () => {
      if (workplace.isMine(row)) await workplace.outbox.release(); // whatever I said comes before
      workplace.put((await api.assign(row.id, goal.to_id, reason.trim())).summary);
    };
    if (await action.run(give)) onClose();
  }
  return (
    <FormDialog
      title={t("assign.title")}
      name="assign"
      submit={t("assign.submit")}
      busy={action.busy || !queue}
      error={action.error ?? (unchosen && !goal ? t("transfer.choose") : null)}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {!queue && <WhoIsThere />}
      {queue && !people.length && <Empty>{t("assign.nobody")}</Empty>}
      {people.length > 0 && <GoalField people={people} value={goal} onChange={setGoal} />}
      <ReasonField value={reason} onChange={setReason} label={t("assign.reason")} optional />
      <p class="quiet">{t("assign.hint")}</p>
    </FormDialog>
  );
}
