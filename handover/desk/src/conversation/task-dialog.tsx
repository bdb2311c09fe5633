import { newClientId } from "@widget/connection/ids";
import { useId, useRef, useState } from "preact/hooks";
import { caseColleagues } from "../api";
import * as api from "../endings/api";
import { fieldValue, isoOf, picked, PICKS, zone } from "../endings/times";
import { taskErrorSentence } from "../endings/words";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { now } from "../texts/format";
import { TASK_KINDS, type TaskKind } from "../wire";
import { TASK_NOTE_LIMIT } from "../wire-endings";
import { FormDialog } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";
import type { ActDialogProps } from "./acts";

const EVERYBODY = "";

/** Something to be done at a time, for oneself, a colleague or everybody who sees the case. */
export function TaskDialog({ row, onClose }: ActDialogProps) {
  const { agent, tasks } = useWorkplace();
  const action = useAction(taskErrorSentence);
  const clientId = useClientId();
  const [kind, setKind] = useState<TaskKind>(row.contact === "callback" ? "callback" : "follow_up");
  const [due, setDue] = useState(() => fieldValue(picked("tomorrow", new Date())!));
  const [note, setNote] = useState("");
  const [whose, setWhose] = useState(agent.id);
  const [wrong, setWrong] = useState<string | null>(null);

  async function submit() {
    const iso = isoOf(due);
    const isPast = iso !== null && Date.parse(iso) < Date.now() - 60_000;
    setWrong(iso === null ? t("task.due.missing") : isPast ? t("task.due.past") : null);
    if (iso === null || isPast) return;
    const task = { kind, due_at: iso, note: note.trim(), agent_id: whose === EVERYBODY ? null : whose };
    if (!(await action.run(() => api.makeTask(row.id, clientId(JSON.stringify(task)), task)))) return;
    void tasks.refresh();
    onClose();
  }

  return (
    <FormDialog
      title={t("task.new")}
      name="task"
      submit={t("task.save")}
      busy={action.busy}
      error={wrong ?? action.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <fieldset class="outcomes">
        <legend>{t("task.kind")}</legend>
        {TASK_KINDS.map((one) => (
          <label key={one} class="check">
            <input type="radio" name="kind" value={one} checked={kind === one} onChange={() => setKind(one)} />
            {t(`task.kind.${one}`)}
          </label>
        ))}
      </fieldset>
      <Due value={due} onChange={setDue} />
      <Whose conversation={row.id} value={whose} onChange={setWhose} />
      <label>
        {t("task.note")}
        <textarea
          name="note"
          rows={3}
          maxLength={TASK_NOTE_LIMIT}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}

/** The same task that is sent again, because no answer came, is one task; another one has an id of its own. */
function useClientId(): (task: string) => string {
  const sent = useRef({ task: "", id: "" });
  return (task) => {
    if (sent.current.task !== task) sent.current = { task, id: newClientId() };
    return sent.current.id;
  };
}

function Due({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const hint = useId();
  const from = new Date(now.value);
  return (
    <div class="field">
      <label>
        {t("task.due")}
        <input
          type="datetime-local"
          name="due"
          required
          value={value}
          aria-describedby={hint}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      <p id={hint} class="quiet">
        {t("task.due.zone", { zone: zone() })}
      </p>
      <div class="picks" role="group" aria-label={t("task.due")}>
        {PICKS.map((pick) => {
          const at = picked(pick, from);
          return (
            at && (
              <button key={pick} type="button" onClick={() => onChange(fieldValue(at))} data-testid={`pick-${pick}`}>
                {t(`task.pick.${pick}`)}
              </button>
            )
          );
        })}
      </div>
    </div>
  );
}

interface WhoseProps {
  conversation: string;
  value: string;
  onChange: (value: string) => void;
}

/** Those who may see the case. */
function Whose({ conversation, value, onChange }: WhoseProps) {
  const { agent } = useWorkplace();
  const { found } = useFetched(() => caseColleagues(conversation), [conversation]);
  const others = (found?.colleagues ?? []).filter((one) => one.id !== agent.id);
  return (
    <label>
      {t("task.whose")}
      <select name="whose" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value={agent.id}>{t("task.whose.me")}</option>
        <option value={EVERYBODY}>{t("task.whose.all")}</option>
        {others.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}
