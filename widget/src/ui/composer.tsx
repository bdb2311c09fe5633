import type { RefObject, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { MESSAGE_LIMIT } from "../connection/wire";
import { AttachButton, useAttachments, useDrop } from "./attachments";
import { useShared } from "./context";
import { SendIcon } from "./icons";
import { form } from "./lazy";
import { useWatched } from "./watched";

const Chips = form((forms) => forms.Chips);

/** From here on the visitor is told how much room is left. */
const NEAR = 500;

export function Composer({ field }: { field: RefObject<HTMLTextAreaElement | null> }): VNode {
  const { connection, model, say } = useShared();
  const text = useWatched(connection.draft, ({ text }) => text);
  const attachments = useAttachments();
  /** Send was pressed while files were still on their way. */
  const [isDue, setIsDue] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isOver = useDrop(form, attachments.add);
  const left = MESSAGE_LIMIT - text.length;
  const canSend = left >= 0 && !attachments.hasProblem && (text.trim() !== "" || attachments.items.length > 0);

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto"; // through the object model, which a strict CSP allows
    area.style.height = `${area.scrollHeight}px`;
  }, [text, field]);

  const send = (): void => {
    if (!canSend) return;
    setIsDue(attachments.isBusy);
    if (attachments.isBusy) return connection.tray.again();
    const files = connection.tray.take();
    const ids = files.map(({ id }) => id);
    connection.send({ type: "message", ...(text.trim() && { text }), ...(ids.length && { file_ids: ids }) }, files);
    connection.draft.set("");
    field.current?.focus();
  };
  useEffect(() => {
    if (!isDue || attachments.isBusy) return;
    setIsDue(false);
    send(); // nothing happens where a file has failed or all were taken away
  }, [isDue, attachments.isBusy]);

  return (
    <form
      class={isOver ? "composer composer-over" : "composer"}
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isOver && <p class="drop">{say("attachDrop")}</p>}
      {attachments.items.length > 0 && <Chips attachments={attachments} wantsToSend={isDue} />}
      <AttachButton onFiles={attachments.add} />
      <label class="hidden" for="kulanz-message">
        {say("message")}
      </label>
      <textarea
        id="kulanz-message"
        ref={field}
        rows={1}
        value={text}
        placeholder={say("placeholder")}
        enterkeyhint="send"
        aria-describedby="kulanz-left"
        data-testid="message-input"
        onInput={(event) => {
          connection.draft.set(event.currentTarget.value);
          if (model.view?.state === "agent" || model.view?.state === "waiting") connection.typed();
        }}
        onPaste={(event) => {
          const pasted = [...(event.clipboardData?.files ?? [])];
          if (!pasted.length) return;
          event.preventDefault();
          attachments.add(pasted);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button
        type="submit"
        class="send"
        title={say("send")}
        aria-label={say("send")}
        disabled={!canSend}
        data-testid="send"
      >
        <SendIcon />
      </button>
      <p id="kulanz-left" class={left < 0 ? "left problem" : "left"} data-testid="characters-left">
        {left < 0 ? say("tooLong", { count: -left }) : left <= NEAR ? say("left", { count: left }) : ""}
      </p>
    </form>
  );
}
