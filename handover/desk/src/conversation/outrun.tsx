import { listed } from "../state/lists";
import { go, links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { customerName } from "../ui/parts";
import type { ConversationSummary } from "../wire";

/** A colleague was faster: who, and what one may do now. Nobody is thrown out of what they were reading. */
export function Outrun({ row }: { row: ConversationSummary }) {
  const workplace = useWorkplace();
  const outrun = workplace.outrun.value;
  const isHere = outrun?.row.id === row.id && !workplace.isMine(row);
  const next = listed(workplace.rows.value, "waiting", workplace.agent.id).find((one) => one.id !== row.id);
  const leave = () => {
    workplace.outrun.value = null;
    go(next ? links.conversation(next.id) : links.work);
  };
  return (
    <div role="status" class="outrun">
      {isHere && (
        <div class="notice" data-testid="outrun">
          <p>{t("outrun", { name: outrun.name })}</p>
          <div class="buttons">
            <button type="button" onClick={() => workplace.noteWanted.value++} data-testid="outrun-note">
              {t("outrun.note")}
            </button>
            <button type="button" onClick={leave} data-testid="outrun-next">
              {t(next ? "outrun.next" : "outrun.back")}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}

/** The same for a case that was put before me, wherever I am. */
export function OutrunNotice() {
  const { outrun, open, rows } = useWorkplace();
  const told = outrun.value;
  const isElsewhere = told && open.value?.id !== told.row.id;
  return (
    <div role="status">
      {isElsewhere && (
        <section class="toast" data-testid="outrun-offer">
          <p>{t("outrun.offer", { name: told.name, customer: customerName(told.row) })}</p>
          <div class="buttons">
            <button type="button" onClick={() => (outrun.value = null)}>
              {t("dismiss")}
            </button>
            {rows.value.has(told.row.id) && (
              <button type="button" onClick={() => go(links.conversation(told.row.id))}>
                {t("outrun.read")}
              </button>
            )}
          </div>
        </section>
      )}
    </div>
  );
}
