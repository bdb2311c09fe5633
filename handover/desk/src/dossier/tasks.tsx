import { useState } from "preact/hooks";
import { TaskDialog } from "../conversation/task-dialog";
import * as api from "../endings/api";
import { TaskItem } from "../endings/task-item";
import type { OpenConversation } from "../state/conversation";
import { may } from "../state/permissions";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { ConversationSummary, DeskEvent } from "../wire";
import { FailedLoad } from "../ui/loading";
import { Empty } from "../ui/parts";
import { useFetched } from "../ui/use-fetched";

interface Props {
  open: OpenConversation;
  row: ConversationSummary;
}

/** What is to be done about this case, and what was. */
export function CaseTasks({ open, row }: Props) {
  const { agent } = useWorkplace();
  const [isAsked, setAsked] = useState(false);
  const changes = open.facts.value.filter(isAboutTasks).length;
  const { found, error, again } = useFetched(() => api.tasksOf(open.id), [open.id, changes]);
  const tasks = found?.tasks ?? [];
  const count = tasks.filter((task) => task.done_at === null).length;
  return (
    <details class="section" open={count > 0} data-testid="dossier-tasks">
      <summary>
        <h3>{t("task.title")}</h3>
        <span class="count">{count}</span>
      </summary>
      {error && <FailedLoad text={error} onRetry={again} />}
      {found && tasks.length === 0 && <Empty>{t("task.none")}</Empty>}
      <ul class="tasks">
        {tasks.map((task) => (
          <TaskItem key={task.id} task={task} onChanged={again} />
        ))}
      </ul>
      {may(agent, "serve_conversations") && (
        <p>
          <button type="button" onClick={() => setAsked(true)} data-testid="task-new">
            {t("task.new")}
          </button>
        </p>
      )}
      {isAsked && <TaskDialog row={row} onClose={() => setAsked(false)} />}
    </details>
  );
}

const isAboutTasks = ({ data }: DeskEvent): boolean => data.type.startsWith("task.");
