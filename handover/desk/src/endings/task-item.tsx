import { readable } from "@widget/messages/markdown";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { moment } from "../texts/format";
import { Failure } from "../ui/dialog";
import { Chip, customerName } from "../ui/parts";
import { useAction } from "../ui/use-action";
import type { TaskView } from "../wire-endings";
import * as api from "./api";
import { taskErrorSentence, taskText } from "./words";

interface Props {
  task: TaskView;
  /** In a list of several cases: whose case it is, with the way there. */
  showsCase?: boolean;
  onChanged: (task: TaskView) => void;
}

/** One task, and the one key that finishes it. */
export function TaskItem({ task, showsCase = false, onChanged }: Props) {
  const { agent, tasks } = useWorkplace();
  const action = useAction(taskErrorSentence);
  const isDone = task.done_at !== null;
  const late = !showsCase && tasks.due.value.some((one) => one.id === task.id);
  const set = () =>
    void action.run(async () => {
      onChanged(await api.setDone(task.id, !isDone));
      void tasks.refresh();
    });
  return (
    <li class="card task" data-testid="task" data-id={task.id} data-kind={task.kind} data-done={isDone}>
      <div class="task-head">
        <b>{t(`task.kind.${task.kind}`)}</b>
        <time dateTime={task.due_at}>{moment(task.due_at)}</time>
        {late && <Chip kind="warn">{t("tasks.overdue")}</Chip>}
        <Chip>{whose(task, agent.id)}</Chip>
        <button
          type="button"
          aria-disabled={action.busy}
          aria-label={t(isDone ? "task.reopen_of" : "task.done_of", { what: taskText(task) })}
          onClick={set}
          data-testid={isDone ? "task-reopen" : "task-done"}
        >
          {t(isDone ? "task.reopen" : "task.done")}
        </button>
      </div>
      {showsCase && (
        <p>
          <a href={links.conversation(task.conversation_id)}>
            {customerName({ id: task.conversation_id, customer_name: task.customer_name })}
          </a>
        </p>
      )}
      {task.note && <p class="plain">{readable(task.note)}</p>}
      <p class="quiet">
        {task.done_at
          ? t("task.done_by", { name: task.done_by ?? "", moment: moment(task.done_at) })
          : t("task.made", { name: task.made_by, moment: moment(task.made_at) })}
      </p>
      <Failure text={action.error} />
    </li>
  );
}

function whose(task: TaskView, me: string): string {
  if (task.agent_id === null) return t("task.whose.all");
  return task.agent_id === me ? t("task.whose.me") : (task.agent_name ?? t("somebody"));
}
