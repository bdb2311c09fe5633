import { useRef } from "preact/hooks";
import { listed } from "../state/lists";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { STATUSES, type AgentStatus } from "../wire-queue";
import { useCommands } from "./commands";
import { useAction } from "./use-action";

/** What I say of myself, and how many conversations I have. The desk's word counts: it stands here once it is stored. */
export function StatusSwitch() {
  const { agent, queue } = useWorkplace();
  const action = useAction();
  const select = useRef<HTMLSelectElement>(null);
  const status = queue.me.value?.status ?? agent.status;
  const say = (next: AgentStatus) => void action.run(() => queue.say(next));
  useCommands([
    { id: "status", run: () => select.current?.focus() },
    ...STATUSES.map((each) => ({
      id: `status.${each}`,
      title: t(`command.status.${each}`),
      when: each !== status,
      run: () => say(each),
    })),
  ]);
  return (
    <div class="status-switch">
      <label class={`status-${status}`}>
        <span class="status-dot" aria-hidden="true" />
        <span class="sr-only">{t("status.label")}</span>
        <select
          ref={select}
          value={status}
          disabled={action.busy}
          onChange={(event) => say(event.currentTarget.value as AgentStatus)}
          data-testid="status"
        >
          {STATUSES.map((each) => (
            <option key={each} value={each}>
              {t(`status.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <Load />
      <span role="alert" class="bad-text">
        {action.error}
      </span>
    </div>
  );
}

function Load() {
  const { agent, queue, rows } = useWorkplace();
  const load = listed(rows.value, "mine", agent.id).length;
  const limit = queue.loadLimit.value;
  return (
    <span class={load >= limit ? "load full" : "load"} title={t("load.hint", { load, limit })} data-testid="load">
      {t("load", { load, limit })}
    </span>
  );
}
