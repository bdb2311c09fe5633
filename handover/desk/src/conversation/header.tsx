import { useState } from "preact/hooks";
import * as api from "../api";
import { links } from "../state/route";
import { ApiError, fasterOne } from "../connection/http";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import type { ConversationSummary } from "../wire";
import { Failure } from "../ui/dialog";
import { Chip, customerName, LanguageChip } from "../ui/parts";
import { useCommands } from "../ui/commands";
import { useAction, type Action } from "../ui/use-action";
import { CloseDialog } from "./close-dialog";
import { More } from "./more";
import { Outrun } from "./outrun";
import { ReturnDialog } from "./return-dialog";
import { Viewers } from "./viewers";

interface Props {
  row: ConversationSummary;
  onDossier: () => void;
}

export function ConversationHeader({ row, onDossier }: Props) {
  const mine = useWorkplace().isMine(row);
  const action = useAction(); // here, because a failed claim must be told although its button is gone by then
  const claim = useClaim(row, action);
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
        {row.state === "waiting" && <Claim claim={claim.take} action={action} />}
        {mine && <OwnerActs row={row} />}
        {/* Last: what a second press on "claim" meets must be a question. */}
        <More row={row} action={action} />
      </div>
      <Viewers row={row} />
      {claim.isFull && row.state === "waiting" && <Full onTake={() => claim.take(true)} action={action} />}
      <Outrun row={row} />
      <Failure text={action.error} />
    </header>
  );
}

function stateText(row: ConversationSummary, mine: boolean): string {
  if (row.state !== "agent") return t(`state.${row.state}`);
  return mine ? t("state.mine") : t("state.agent", { name: row.owner_name ?? t("somebody") });
}

/** Takes the case; whoever has enough already is asked once more, because only they know whether it fits in. */
function useClaim(row: ConversationSummary, action: Action) {
  const workplace = useWorkplace();
  const [isFull, setIsFull] = useState(false);
  async function claim(force: boolean) {
    setIsFull(false);
    try {
      workplace.put((await api.claim(row.id, force)).summary);
    } catch (error) {
      const name = fasterOne(error);
      if (name !== null) return workplace.lose(row, name);
      if (!(error instanceof ApiError) || error.code !== "load_limit") throw error;
      setIsFull(true);
    }
  }
  return { isFull, take: (force: boolean) => void action.run(() => claim(force)) };
}

function Claim({ claim, action }: { claim: (force: boolean) => void; action: Action }) {
  useCommands([{ id: "claim", run: () => claim(false), when: !action.busy }]);
  return (
    <button type="button" class="primary" disabled={action.busy} onClick={() => claim(false)} data-testid="claim">
      {t("claim")}
    </button>
  );
}

function Full({ onTake, action }: { onTake: () => void; action: Action }) {
  const limit = useWorkplace().queue.loadLimit.value;
  return (
    <div role="alert" class="notice" data-testid="load-limit">
      {t("claim.full", { limit })}
      <button type="button" disabled={action.busy} onClick={onTake} data-testid="claim-anyway">
        {t("claim.anyway")}
      </button>
    </div>
  );
}

function OwnerActs({ row }: { row: ConversationSummary }) {
  const workplace = useWorkplace();
  const [dialog, setDialog] = useState<"return" | "close" | null>(null);
  const dismiss = () => setDialog(null);
  function ask(which: "return" | "close") {
    void workplace.outbox.release(); // whatever was said comes before the end
    setDialog(which);
  }
  useCommands([
    { id: "return", run: () => ask("return") },
    { id: "close", run: () => ask("close") },
  ]);
  return (
    <>
      <button type="button" onClick={() => ask("return")} data-testid="return">
        {t("return")}
      </button>
      <button type="button" onClick={() => ask("close")} data-testid="close">
        {t("close")}
      </button>
      {dialog === "return" && <ReturnDialog row={row} onClose={dismiss} />}
      {dialog === "close" && <CloseDialog row={row} onClose={dismiss} />}
    </>
  );
}
