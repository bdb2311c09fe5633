import { useState } from "preact/hooks";
import * as api from "../api";
import { readable } from "@widget/messages/markdown";
import { go, links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { moment } from "../texts/format";
import { FormDialog } from "../ui/dialog";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip, Empty } from "../ui/parts";
import { useAction } from "../ui/use-action";
import { useFetched } from "../ui/use-fetched";
import type { ConversationSummary } from "../wire";
import type { ActDialogProps } from "./acts";

type Keep = "here" | "there";

/** Two chats of one customer become one: one of them ends, and says so to the customer. */
export function MergeDialog({ row, onClose }: ActDialogProps) {
  const workplace = useWorkplace();
  const action = useAction();
  const { found, error, again } = useFetched(() => api.siblings(row.id), [row.id]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [keep, setKeep] = useState<Keep>("here");
  const free = (found ?? []).filter((one) => one.state !== "agent" || workplace.isMine(one));
  const other = free.find(({ id }) => id === chosen) ?? (free.length === 1 ? free[0] : undefined);
  const end = other?.state === "bot" ? "here" : keep;

  async function submit() {
    if (!other) return;
    const join = async () => {
      await workplace.outbox.release(); // whatever was said comes before
      const [ended, into] = end === "here" ? [other.id, row.id] : [row.id, other.id];
      const joined = await api.merge(ended, into);
      workplace.put(joined.ended);
      workplace.put(joined.summary);
      if (into !== row.id) go(links.conversation(into));
    };
    if (await action.run(join)) onClose();
  }

  return (
    <FormDialog
      title={t("merge.title")}
      name="merge"
      submit={t("merge.submit")}
      busy={action.busy || !other}
      error={action.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {error && <FailedLoad text={error} onRetry={again} />}
      {!found && !error && <Loading />}
      {found?.length === 0 && <Empty>{t("merge.gone")}</Empty>}
      {free.length > 0 && <Others rows={free} chosen={other?.id} onChoose={setChosen} />}
      {found && free.length < found.length && <p class="quiet">{t("merge.theirs")}</p>}
      {other && <Direction end={end} isFixed={other.state === "bot"} onChange={setKeep} />}
      <p class="quiet">{t("merge.hint")}</p>
    </FormDialog>
  );
}

interface OthersProps {
  rows: readonly ConversationSummary[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

function Others({ rows, chosen, onChoose }: OthersProps) {
  return (
    <fieldset class="outcomes">
      <legend>{t("merge.which")}</legend>
      {rows.map((one) => (
        <label key={one.id} class="check goal" data-testid="sibling" data-id={one.id}>
          <input type="radio" name="other" checked={one.id === chosen} onChange={() => onChoose(one.id)} />
          <span class="goal-text">
            <span class="chips">
              <Chip kind={`state-${one.state}`}>{t(one.state === "agent" ? "state.mine" : `state.${one.state}`)}</Chip>
              <Chip kind={one.visitor_online ? "good" : "plain"}>
                {t(one.visitor_online ? "presence.online" : "presence.offline")}
              </Chip>
              <time class="quiet" dateTime={one.updated_at}>
                {moment(one.updated_at)}
              </time>
            </span>
            {one.last_text && <span class="last-words">{readable(one.last_text)}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Direction({ end, isFixed, onChange }: { end: Keep; isFixed: boolean; onChange: (keep: Keep) => void }) {
  return (
    <fieldset class="outcomes">
      <legend>{t("merge.keep")}</legend>
      {(["here", "there"] as const).map((keep) => (
        <label key={keep} class="check">
          <input
            type="radio"
            name="keep"
            value={keep}
            checked={end === keep}
            disabled={isFixed}
            onChange={() => onChange(keep)}
          />
          {t(`merge.${keep}`)}
        </label>
      ))}
      {isFixed && <p class="quiet">{t("merge.with_bot")}</p>}
    </fieldset>
  );
}
