import { useEffect, useRef, useState } from "preact/hooks";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { TaskView } from "../wire-endings";
import { taskText } from "./words";

const STAYS = 12_000;

/** A task whose time has come: said once, in passing. The page of tasks keeps it. */
export function TaskNotice() {
  const { tasks } = useWorkplace();
  const due = tasks.due.value;
  const told = useRef<Set<string> | null>(null);
  const [task, setTask] = useState<TaskView | null>(null);
  useEffect(() => {
    if (!tasks.open.value) return;
    const fresh = due.filter(({ id }) => !told.current?.has(id));
    if (fresh[0]) setTask(fresh[0]);
    told.current = new Set(due.map(({ id }) => id));
  }, [due, tasks.open.value]);
  useEffect(() => {
    const timer = task && setTimeout(() => setTask(null), STAYS);
    return () => clearTimeout(timer ?? undefined);
  }, [task]);
  const shown = task && due.some(({ id }) => id === task.id) ? task : null;
  return (
    <div role="status" class="arrival" data-testid="task-due">
      {shown && (
        <a href={links.tasks} onClick={() => setTask(null)}>
          {t("task.due_now", { what: taskText(shown) })}
        </a>
      )}
    </div>
  );
}
