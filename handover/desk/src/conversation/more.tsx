import { useState } from "preact/hooks";
import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { useCommands } from "../ui/commands";
import { fold, Menu } from "../ui/menu";
import { isProven } from "../ui/parts";
import type { Action } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";
import type { ConversationSummary } from "../wire";
import { ACTS, type Act } from "./acts";

/** Other open conversations of a proven customer whose case is mine; asked again when the lists know of another one. */
function useOthers(row: ConversationSummary, mine: boolean): readonly ConversationSummary[] {
  const { rows } = useWorkplace();
  const isTheirs = (one: ConversationSummary) => one.customer_id === row.customer_id && one.state !== "closed";
  const known = [...rows.value.values()].filter(isTheirs).map((one) => one.id).sort().join(" ");
  const wanted = mine && isProven(row.trust);
  const { found } = useFetched(async () => (wanted ? api.siblings(row.id) : []), [row.id, wanted, known]);
  return found ?? [];
}

/** All that can be done with this case beside the usual. The dialogs stand beside the menu, which folds. */
export function More({ row, action }: { row: ConversationSummary; action: Action }) {
  const workplace = useWorkplace();
  const [asked, setAsked] = useState<Act | null>(null);
  const mine = workplace.isMine(row);
  const given = { row, mine, agent: workplace.agent, others: useOthers(row, mine) };
  const acts = ACTS.filter((act) => act.when(given));
  const Dialog = asked?.dialog;
  function choose(act: Act) {
    if (act.run) void action.run(() => act.run!(workplace, row));
    else setAsked(act);
  }
  useCommands(
    acts.map((act) => ({ id: act.key ?? act.id, title: t(act.title), place: "conversation", run: () => choose(act) })),
  );
  return (
    <>
      {acts.length > 0 && (
        <Menu title={t("more")} name="more">
          <ul class="menu-box more-box">
            {acts.map((act) => (
              <li key={act.id}>
                <button
                  type="button"
                  disabled={action.busy}
                  onClick={(event) => {
                    fold(event);
                    choose(act);
                  }}
                  data-testid={act.id}
                >
                  {t(act.title)}
                </button>
              </li>
            ))}
          </ul>
        </Menu>
      )}
      {Dialog && <Dialog row={row} onClose={() => setAsked(null)} />}
    </>
  );
}
