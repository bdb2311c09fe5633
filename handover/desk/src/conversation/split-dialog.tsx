import { newClientId } from "@widget/connection/ids";
import { useLayoutEffect, useState } from "preact/hooks";
import * as api from "../api";
import type { OpenConversation } from "../state/conversation";
import { eventsOf } from "../state/log";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { topicName } from "../texts/routing";
import { Dialog, FormDialog } from "../ui/dialog";
import { Empty, isProven } from "../ui/parts";
import { useAction } from "../ui/use-action";
import type { ActDialogProps } from "./acts";
import { asQuote, Quote } from "./linked";

/** A second concern becomes a case of its own. It takes somebody to whom the answers can be mailed. */
export function SplitDialog(props: ActDialogProps) {
  const { open } = useWorkplace();
  const shown = open.value;
  if (!isProven(props.row.trust)) return <NotProven onClose={props.onClose} />;
  return shown?.id === props.row.id ? <Choosing {...props} open={shown} /> : null;
}

function NotProven({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("split.title")} name="split" onClose={onClose}>
      <p>{t("split.unproven")}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={onClose}>
          {t("dialog.close")}
        </button>
      </div>
    </Dialog>
  );
}

function Choosing({ row, onClose, open }: ActDialogProps & { open: OpenConversation }) {
  const workplace = useWorkplace();
  const action = useAction();
  const [asked] = useState(newClientId); // sent again after a lost answer it makes no second case
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [topic, setTopic] = useState("");
  useLayoutEffect(() => open.hold(), [open]); // what was chosen stays in sight
  const messages = eventsOf(open.log.value, "message.posted");
  const topics = workplace.queue.view.value?.topics ?? [];

  function toggle(number: number) {
    const next = new Set(chosen);
    if (!next.delete(number)) next.add(number);
    setChosen(next);
  }
  async function submit() {
    const divide = async () => {
      const made = await api.split(row.id, asked, row.ownership_version, [...chosen], topic || null);
      workplace.put(made.summary);
    };
    if (await action.run(divide)) onClose();
  }

  return (
    <FormDialog
      title={t("split.title")}
      name="split"
      submit={t("split.submit")}
      busy={action.busy || chosen.size === 0}
      error={action.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <fieldset class="goals">
        <legend>{t("split.messages")}</legend>
        {open.earlier.value && (
          <button type="button" onClick={() => void open.loadEarlier()} disabled={open.older.value === "loading"}>
            {t("split.older")}
          </button>
        )}
        {!messages.length && <Empty>{t("split.none")}</Empty>}
        {messages.map((event) => (
          <label key={event.number} class="check goal" data-testid="split-message" data-number={event.number}>
            <input
              type="checkbox"
              checked={chosen.has(event.number)}
              onChange={() => toggle(event.number)}
            />
            <span class="goal-text">
              <Quote quote={asQuote(event)} />
            </span>
          </label>
        ))}
      </fieldset>
      <label>
        {t("split.topic")}
        <select name="topic" value={topic} onChange={(event) => setTopic(event.currentTarget.value)}>
          <option value="">{t("split.no_topic")}</option>
          {topics.map((one) => (
            <option key={one} value={one}>
              {topicName(one)}
            </option>
          ))}
        </select>
      </label>
      <p class="quiet">{t("split.hint")}</p>
    </FormDialog>
  );
}
