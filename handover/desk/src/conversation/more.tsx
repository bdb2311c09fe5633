import { useState } from "preact/hooks";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { useCommands } from "../ui/commands";
import { fold, Menu } from "../ui/menu";
import type { Action } from "../ui/use-action";
import type { ConversationSummary } from "../wire";
import { ACTS, type Act } from "./acts";

/** All that can be done with this case beside the usual. The dialogs stand beside the menu, which folds. */
export function More({ row, action }: { row: ConversationSummary; action: Action }) {
  const workplace = useWorkplace();
  const [asked, setAsked] = useState<Act | null>(null);
  const given = { row, mine: workplace.isMine(row), agent: workplace.agent };
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
