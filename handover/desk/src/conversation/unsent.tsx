import type { Unsent as Entry } from "../state/outbox";
import { useWorkplace } from "../state/workplace";
import { forCode, t } from "../texts";
import type { ConversationSummary } from "../wire";
import { fileText } from "./files";

/** A message on its way, or one the desk has refused: then its author decides, and its text is never lost. */
export function Unsent({ entry, row }: { entry: Entry; row: ConversationSummary }) {
  const workplace = useWorkplace();
  const { outbox } = workplace;
  const note = entry.kind !== "message";

  function edit() {
    const text = workplace.drafts.of(entry.conversation_id, note ? "note" : "message"); // who a whisper was for may have gone
    text.value = text.value ? `${text.value}\n${entry.text}` : entry.text;
    outbox.discard(entry.client_id);
  }

  return (
    <li class={`message unsent ${note ? "note" : "by-agent"}`} data-testid="unsent" data-refused={entry.refused ?? ""}>
      <div class="bubble">
        {entry.text && <p class="plain">{entry.text}</p>}
        {entry.files?.map((file) => (
          <p key={file.id} class="quiet">
            {fileText(file)}
          </p>
        ))}
      </div>
      {entry.held ? (
        <Held entry={entry} />
      ) : entry.refused === undefined ? (
        <p class="message-foot">{t(outbox.stuck.value ? "unsent.stuck" : "unsent.sending")}</p>
      ) : (
        <div class="message-foot refused" role="alert">
          <p>{t("unsent.refused", { why: forCode("error", entry.refused, t("error.refused")) })}</p>
          <div class="buttons">
            {(entry.kind === "note" || (!note && workplace.isMine(row))) && (
              <button type="button" onClick={() => outbox.again(entry.client_id, row.ownership_version)}>
                {t("unsent.again")}
              </button>
            )}
            <button type="button" onClick={edit}>
              {t("unsent.edit")}
            </button>
            <button type="button" onClick={() => outbox.discard(entry.client_id)}>
              {t("unsent.discard")}
            </button>
          </div>
        </div>
      )}
    </li>
  );
}

/** The moment in which it can be taken back. */
function Held({ entry }: { entry: Entry }) {
  const workplace = useWorkplace();
  return (
    <div class="message-foot held" data-testid="held">
      <p role="status">{t("unsent.held")}</p>
      <div class="buttons">
        <button type="button" onClick={() => workplace.takeBack(entry.conversation_id)} data-testid="undo-send">
          {t("undo")}
        </button>
        <button type="button" onClick={() => void workplace.outbox.release()} data-testid="send-now">
          {t("unsent.now")}
        </button>
      </div>
    </div>
  );
}
