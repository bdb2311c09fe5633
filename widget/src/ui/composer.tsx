import type { RefObject, VNode } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { MESSAGE_LIMIT } from "../connection/wire";
import { useShared } from "./context";
import { SendIcon } from "./icons";

/** From here on the visitor is told how much room is left. */
const NEAR = 500;

export function Composer({ field }: { field: RefObject<HTMLTextAreaElement | null> }): VNode {
  const { connection, model, say } = useShared();
  const [text, setText] = useState("");
  const left = MESSAGE_LIMIT - text.length;

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto"; // through the object model, which a strict CSP allows
    area.style.height = `${area.scrollHeight}px`;
  }, [text, field]);

  const send = (): void => {
    if (!text.trim() || left < 0) return;
    connection.send({ type: "message", text });
    setText("");
    field.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="hidden" for="kulanz-message">
        {say("message")}
      </label>
      <textarea
        id="kulanz-message"
        ref={field}
        rows={1}
        value={text}
        placeholder={say("placeholder")}
        aria-describedby="kulanz-left"
        data-testid="message-input"
        onInput={(event) => {
          setText(event.currentTarget.value);
          if (model.view?.state === "agent" || model.view?.state === "waiting") connection.typed();
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
        disabled={!text.trim() || left < 0}
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
