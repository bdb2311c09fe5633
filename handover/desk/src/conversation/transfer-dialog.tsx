import { useState } from "preact/hooks";
import * as api from "../api";
import { sees } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { FormDialog } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { Empty } from "../ui/parts";
import { useAction } from "../ui/use-action";
import type { ConversationSummary } from "../wire";
import type { Colleague, QueueView } from "../wire-queue";
import type { ActDialogProps } from "./acts";
import { byRoom, GoalField, isThere, type Goal } from "./goal-field";

/** Characters; as the desk takes them. */
export const REASON_MOST = 500;

/** From me to a person, a topic or a team. */
export function TransferDialog({ row, onClose }: ActDialogProps) {
  const workplace = useWorkplace();
  const action = useAction();
  const [goal, setGoal] = useState<Goal | null>(null);
  const [reason, setReason] = useState("");
  const [unchosen, setUnchosen] = useState(false);
  const queue = workplace.queue.view.value;
  const people = [...(queue?.agents ?? [])].filter((one) => one.id !== workplace.agent.id).sort(byRoom);

  async function submit() {
    if (!goal) return setUnchosen(true);
    const pass = async () => {
      await workplace.outbox.release(); // whatever was said comes before
      const { summary } = await api.transfer(row.id, row.ownership_version, goal, reason.trim());
      workplace.put(summary);
      if (!sees(workplace.agent, summary)) workplace.loseSight(summary.id);
    };
    if (await action.run(pass)) onClose();
  }

  return (
    <FormDialog
      title={t("transfer.title")}
      name="transfer"
      submit={t("transfer.submit")}
      busy={action.busy || !queue}
      error={action.error ?? (unchosen && !goal ? t("transfer.choose") : null)}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {queue ? (
        <>
          <GoalField people={people} value={goal} onChange={setGoal} groups={queue} />
          {!people.length && <Empty>{t("transfer.nobody")}</Empty>}
          <Outlook row={row} goal={goal} queue={queue} />
        </>
      ) : (
        <WhoIsThere />
      )}
      <ReasonField value={reason} onChange={setReason} label={t("transfer.reason")} />
      <p class="quiet">{t("transfer.hint")}</p>
    </FormDialog>
  );
}

/** While it is not known who is there. */
export function WhoIsThere() {
  const { queue } = useWorkplace();
  if (!queue.failed.value) return <Loading />;
  return <FailedLoad text={t("queue.failed")} onRetry={() => void queue.refresh()} />;
}

/** What will come of it, said before. */
function Outlook({ row, goal, queue }: { row: ConversationSummary; goal: Goal | null; queue: QueueView }) {
  const { agent } = useWorkplace();
  return (
    <p role="status" class="outlook" data-testid="outlook">
      {goal && outlook(row, goal, queue, agent.id).join(" ")}
      {goal?.to_kind === "team" && !sees(agent, { ...row, owner_id: null, team: goal.to_id }) && (
        <> {t("transfer.team_hidden")}</>
      )}
    </p>
  );
}

/** Whole sentences, each by itself. */
export function outlook(row: ConversationSummary, goal: Goal, queue: QueueView, me: string): string[] {
  if (goal.to_kind !== "person") {
    const fits = (one: Colleague) =>
      goal.to_kind === "team" ? one.team === goal.to_id : !one.topics.length || one.topics.includes(goal.to_id);
    const some = queue.agents.some((one) => one.id !== me && isThere(one) && fits(one));
    return some ? [] : [t("transfer.group_empty")];
  }
  const one = queue.agents.find(({ id }) => id === goal.to_id);
  if (!one) return [];
  const { name, load, load_limit: limit } = one;
  return [
    t(isThere(one) ? "transfer.will_ask" : "transfer.not_there", { name }),
    ...(isThere(one) && load >= limit ? [t("transfer.full", { name, load, limit })] : []),
    ...(one.languages.includes(row.language) ? [] : [t("transfer.language", { name })]),
  ];
}

interface ReasonProps {
  value: string;
  onChange: (reason: string) => void;
  label: string;
  optional?: boolean;
}

export function ReasonField({ value, onChange, label, optional = false }: ReasonProps) {
  return (
    <label>
      {label}
      <textarea
        name="reason"
        rows={2}
        required={!optional}
        maxLength={REASON_MOST}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
