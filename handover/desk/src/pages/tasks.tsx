import { readable } from "@widget/messages/markdown";
import { useRef, useState } from "preact/hooks";
import { settleContact } from "../api";
import * as api from "../endings/api";
import { TaskItem } from "../endings/task-item";
import { isSameDay } from "../endings/times";
import { taskText } from "../endings/words";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { moment, now } from "../texts/format";
import { CONTACT_OUTCOMES, type ContactOutcome } from "../wire";
import type { ContactWish, TaskView } from "../wire-endings";
import { useCommands } from "../ui/commands";
import { Failure } from "../ui/dialog";
import { KEYS } from "../ui/keys";
import { FailedLoad, Loading } from "../ui/loading";
import { customerName, Empty } from "../ui/parts";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";

const GROUPS = ["overdue", "today", "later"] as const;
type Group = (typeof GROUPS)[number];

/** What is to be done, by its time: one's own and everybody's, with the wishes that visitors left. */
export function TasksPage() {
  const { agent, tasks } = useWorkplace();
  const [onlyMine, setOnlyMine] = useState(true);
  const [settled, setSettled] = useState("");
  const page = useRef<HTMLElement>(null);
  useTaskKeys(page);
  const list = tasks.open.value;
  const mine = (task: TaskView) => !onlyMine || (task.agent_id ?? agent.id) === agent.id;
  const shown = (list?.tasks ?? []).filter(mine);
  const isEmpty = list && shown.length === 0 && list.contacts.length === 0;
  function changed(task: TaskView) {
    setSettled(task.done_at ? t("task.settled", { what: taskText(task) }) : "");
  }
  return (
    <main id="content" class="page tasks-page" tabIndex={-1} ref={page} data-testid="tasks">
      <header class="page-head">
        <h1>{t("tasks.title")}</h1>
        <label class="inline">
          {t("tasks.whose")}
          <select
            name="whose"
            value={onlyMine ? "mine" : "all"}
            onChange={(event) => setOnlyMine(event.currentTarget.value === "mine")}
          >
            <option value="mine">{t("tasks.whose.mine")}</option>
            <option value="all">{t("tasks.whose.all")}</option>
          </select>
        </label>
      </header>
      <p class="quiet">
        {t("tasks.about", { next: KEYS.next.key, previous: KEYS.previous.key, done: KEYS.done.key })}
      </p>
      <p role="status" class="quiet" data-testid="task-settled">
        {settled}
      </p>
      {tasks.failed.value && <FailedLoad text={t("tasks.failed")} onRetry={() => void tasks.refresh()} />}
      {!list && !tasks.failed.value && <Loading />}
      {isEmpty && <Empty>{t("tasks.none")}</Empty>}
      {GROUPS.map((group) => (
        <Tasks key={group} group={group} tasks={shown.filter((task) => groupOf(task) === group)} onChanged={changed} />
      ))}
      {list && list.contacts.length > 0 && <Wishes wishes={list.contacts} />}
      <Done onChanged={changed} open={list?.tasks.length ?? 0} />
    </main>
  );
}

function groupOf(task: TaskView): Group {
  if (Date.parse(task.due_at) <= now.value) return "overdue";
  return isSameDay(task.due_at, now.value) ? "today" : "later";
}

interface TasksProps {
  group: Group;
  tasks: readonly TaskView[];
  onChanged: (task: TaskView) => void;
}

function Tasks({ group, tasks, onChanged }: TasksProps) {
  if (tasks.length === 0) return null;
  return (
    <section aria-labelledby={`tasks-${group}`} data-testid={`tasks-${group}`}>
      <h2 id={`tasks-${group}`}>
        {t(`tasks.${group}`)} <span class="count">{tasks.length}</span>
      </h2>
      <ul class="tasks">
        {tasks.map((task) => (
          <TaskItem key={task.id} task={task} showsCase onChanged={onChanged} />
        ))}
      </ul>
    </section>
  );
}

/** From task to task, and the one in focus (else the first) is done. */
function useTaskKeys(page: { current: HTMLElement | null }): void {
  const buttons = () => [...(page.current?.querySelectorAll<HTMLElement>('[data-testid="task-done"]') ?? [])];
  const at = (all: HTMLElement[]) => all.findIndex((one) => one.closest("li")!.contains(document.activeElement));
  function step(by: 1 | -1) {
    const all = buttons();
    const current = at(all);
    const next = current === -1 ? (by === 1 ? 0 : all.length - 1) : current + by;
    all[next]?.focus();
  }
  function finish() {
    const all = buttons();
    const current = Math.max(at(all), 0);
    const following = all[current + 1] ?? all[current - 1];
    all[current]?.click();
    following?.focus();
  }
  useCommands([
    { id: "next", run: () => step(1) },
    { id: "previous", run: () => step(-1) },
    { id: "done", run: finish },
  ]);
}

function Wishes({ wishes }: { wishes: readonly ContactWish[] }) {
  return (
    <section aria-labelledby="tasks-contacts" data-testid="tasks-contacts">
      <h2 id="tasks-contacts">
        {t("tasks.contacts")} <span class="count">{wishes.length}</span>
      </h2>
      <ul class="tasks">
        {wishes.map((wish) => (
          <Wish key={wish.conversation_id} wish={wish} />
        ))}
      </ul>
    </section>
  );
}

/** The visitor's own task: it is settled, as in the dossier. */
function Wish({ wish }: { wish: ContactWish }) {
  const { conversation_id: id, customer_name, contact, may_settle: maySettle } = wish;
  const workplace = useWorkplace();
  const action = useAction();
  const settle = (outcome: ContactOutcome) =>
    void action.run(async () => {
      workplace.put((await settleContact(id, outcome)).summary);
      await workplace.tasks.refresh();
    });
  const scheme = contact.kind === "callback" ? "tel" : "mailto";
  return (
    <li class="card task" data-testid="task-contact" data-id={id}>
      <div class="task-head">
        <b>{t(`contact.wish.${contact.kind}`)}</b>
        <a href={`${scheme}:${contact.value}`}>{readable(contact.shown)}</a>
        <time dateTime={contact.created_at}>{moment(contact.created_at)}</time>
      </div>
      <p>
        <a href={links.conversation(id)}>{customerName({ id, customer_name })}</a>
      </p>
      {contact.note && <p class="plain">{readable(contact.note)}</p>}
      {maySettle ? (
        <div class="contact-outcomes" role="group" aria-label={t("contact.settle")}>
          {CONTACT_OUTCOMES.map((outcome) => (
            <button
              key={outcome}
              type="button"
              disabled={action.busy}
              onClick={() => settle(outcome)}
              data-testid={`wish-${outcome}`}
            >
              {t(`contact.outcome.${outcome}`)}
            </button>
          ))}
        </div>
      ) : (
        <p class="quiet">{t("tasks.contacts.colleague")}</p>
      )}
      <Failure text={action.error} />
    </li>
  );
}

/** Fetched once it is opened, and anew when there is one open task more or less. */
function Done({ open, onChanged }: { open: number; onChanged: (task: TaskView) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="section" onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="tasks-done">
      <summary>
        <h2>{t("tasks.done")}</h2>
      </summary>
      {isOpen && <DoneTasks open={open} onChanged={onChanged} />}
    </details>
  );
}

function DoneTasks({ open, onChanged }: { open: number; onChanged: (task: TaskView) => void }) {
  const { found, error, again } = useFetched(() => api.tasks("done"), [open]);
  if (error && !found) return <FailedLoad text={error} onRetry={again} />;
  if (!found) return <Loading />;
  if (found.tasks.length === 0) return <Empty>{t("tasks.done.none")}</Empty>;
  const changed = (task: TaskView) => {
    onChanged(task);
    again();
  };
  return (
    <ul class="tasks">
      {found.tasks.map((task) => (
        <TaskItem key={task.id} task={task} showsCase onChanged={changed} />
      ))}
    </ul>
  );
}
