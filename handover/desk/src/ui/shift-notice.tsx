import { listed } from "../state/lists";
import { links } from "../state/route";
import type { Reminder } from "../state/shifts";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { clock, listOf } from "../texts/format";
import type { ConversationSummary } from "../wire";
import type { AgentStatus } from "../wire-queue";
import { Failure } from "./dialog";
import { customerName } from "./parts";
import { useAction } from "./use-action";

/** Cases that are named one by one. */
const NAMED = 4;

/** My shift has begun, or ends: said once, with what to do about it. Nobody is put off the desk by it. */
export function ShiftNotice() {
  const { shifts } = useWorkplace();
  const reminder = shifts.reminder.value;
  return <div role="status">{reminder && <Remind key={reminder.kind + reminder.shift.ends} reminder={reminder} />}</div>;
}

function Remind({ reminder }: { reminder: Reminder }) {
  const { shifts, queue, rows, agent } = useWorkplace();
  const action = useAction();
  const { kind, shift } = reminder;
  const isOver = Date.parse(shift.ends) <= Date.now();
  const say = (status: AgentStatus) => void action.run(() => queue.say(status));
  return (
    <section class="offer shift-notice" aria-label={t("shift.notice")} data-testid="shift-notice" data-kind={kind}>
      <h2>
        {kind === "begins"
          ? t("shift.begun", { clock: clock(shift.begins) })
          : t(isOver ? "shift.over" : "shift.ends", { clock: clock(shift.ends) })}
      </h2>
      {kind === "ends" && <OpenCases rows={listed(rows.value, "mine", agent.id)} />}
      <div class="buttons">
        <button type="button" onClick={() => shifts.dismiss(reminder)} data-testid="shift-dismiss">
          {t("shift.dismiss")}
        </button>
        {kind === "ends" && (
          <button type="button" disabled={action.busy} onClick={() => void action.run(() => shifts.stay())} data-testid="shift-stay">
            {t("shift.stay")}
          </button>
        )}
        <button
          type="button"
          class="primary"
          disabled={action.busy}
          onClick={() => say(kind === "begins" ? "available" : "off")}
          data-testid="shift-status"
        >
          {t(kind === "begins" ? "shift.go_available" : "shift.go_off")}
        </button>
      </div>
      <Failure text={action.error} />
    </section>
  );
}

/** They stay mine: whoever goes decides what becomes of them. */
function OpenCases({ rows }: { rows: readonly ConversationSummary[] }) {
  if (rows.length === 0) return <p class="quiet">{t("shift.nothing_open")}</p>;
  if (rows.length > NAMED) return <p>{counted("shift.open_count", rows.length)}</p>;
  return (
    <>
      <p>{t("shift.open")}</p>
      <ul class="shift-cases" aria-label={listOf(rows.map(customerName))}>
        {rows.map((row) => (
          <li key={row.id}>
            <a href={links.conversation(row.id)}>{customerName(row)}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
