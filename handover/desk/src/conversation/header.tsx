import { useState } from "preact/hooks";
import * as api from "../api";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { ConversationSummary } from "../wire";
import { Failure } from "../ui/dialog";
import { Chip, customerName, LanguageChip } from "../ui/parts";
import { useShortcuts } from "../ui/shortcuts";
import { useAction, type Action } from "../ui/use-action";
import { CloseDialog } from "./close-dialog";
import { ReturnDialog } from "./return-dialog";

interface Props {
  row: ConversationSummary;
  onDossier: () => void;
}

export function ConversationHeader({ row, onDossier }: Props) {
  const mine = useWorkplace().isMine(row);
  const action = useAction(); // here, because a failed claim must be told although its button is gone by then
  return (
    <header class="conversation-head">
      <a class="back narrow" href={links.work}>
        {t("lists.back")}
      </a>
      <div class="who">
        <h1 data-testid="conversation-title">{customerName(row)}</h1>
        <span class="chips">
          <Chip kind={`state-${row.state}`}>{stateText(row, mine)}</Chip>
          <LanguageChip language={row.language} />
          {row.state !== "closed" && (
            <Chip kind={row.visitor_online ? "good" : "plain"}>
              {t(row.visitor_online ? "presence.online" : "presence.offline")}
            </Chip>
          )}
        </span>
      </div>
      <div class="acts">
        <button type="button" class="narrow" onClick={onDossier} data-testid="show-dossier">
          {t("dossier.title")}
        </button>
        {row.state === "waiting" && <Claim row={row} action={action} />}
        {mine && <OwnerActs row={row} action={action} />}
      </div>
      <Failure text={action.error} />
    </header>
  );
}

function stateText(row: ConversationSummary, mine: boolean): string {
  if (row.state !== "agent") return t(`state.${row.state}`);
  return mine ? t("state.mine") : t("state.agent", { name: row.owner_name ?? t("somebody") });
}

interface ActProps {
  row: ConversationSummary;
  action: Action;
}

function Claim({ row, action }: ActProps) {
  const workplace = useWorkplace();
  const claim = () => void action.run(async () => workplace.put((await api.claim(row.id)).summary));
  useShortcuts({ c: claim });
  return (
    <button type="button" class="primary" disabled={action.busy} onClick={claim} data-testid="claim">
      {t("claim")}
    </button>
  );
}

function OwnerActs({ row, action }: ActProps) {
  const workplace = useWorkplace();
  const [dialog, setDialog] = useState<"return" | "close" | null>(null);
  const dismiss = () => setDialog(null);
  const release = () =>
    void action.run(async () => workplace.put((await api.release(row.id, row.ownership_version)).summary));
  return (
    <>
      <button type="button" onClick={() => setDialog("return")} data-testid="return">
        {t("return")}
      </button>
      <button type="button" onClick={release} disabled={action.busy} data-testid="release">
        {t("release")}
      </button>
      <button type="button" onClick={() => setDialog("close")} data-testid="close">
        {t("close")}
      </button>
      {dialog === "return" && <ReturnDialog row={row} onClose={dismiss} />}
      {dialog === "close" && <CloseDialog row={row} onClose={dismiss} />}
    </>
  );
}
