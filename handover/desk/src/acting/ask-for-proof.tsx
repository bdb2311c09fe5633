import * as api from "../api";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { Failure } from "../ui/dialog";
import { useAction } from "../ui/use-action";
import type { Acting } from "./context";

/** Nothing is done for somebody who may be anybody: the visitor is asked to prove who they are. */
export function AskForProof({ acting: { open, row, mine, proven } }: { acting: Acting }) {
  const workplace = useWorkplace();
  const action = useAction();
  const last = open.facts.value.findLast(({ data }) => data.type.startsWith("identity."))?.data.type;
  if (proven) return null;
  const ask = () => action.run(async () => workplace.put((await api.askForProof(row.id, row.ownership_version)).summary));
  return (
    <div class="acting-proof" data-testid="acting-proof">
      <p>{t("acting.unproven")}</p>
      {last && last !== "identity.proven" ? (
        <p class="quiet" role="status">
          {t("acting.asked_for_proof")}
        </p>
      ) : (
        mine && (
          <button type="button" disabled={action.busy} onClick={() => void ask()} data-testid="ask-for-proof">
            {t("acting.ask_for_proof")}
          </button>
        )
      )}
      <Failure text={action.error} />
    </div>
  );
}
