import type { VNode } from "preact";
import { mayPass, type Picked } from "../connection/files";
import { FILES_LIMIT } from "../connection/wire";
import type { Texts } from "../locales";
import { sizeText } from "../messages/files";
import { readable } from "../messages/markdown";
import type { Attachments } from "./attachments";
import { useShared, type Shared } from "./context";
import { percent } from "./figures";
import { CloseIcon } from "./icons";

/** Sentences for the desk's codes. */
const PROBLEM: Record<string, keyof Texts> = {
  file_type: "fileType",
  file_too_large: "fileTooLarge",
  file_empty: "fileEmpty",
  picture_too_large: "filePixels",
  files_full: "filesFull",
  too_many: "fileTooMany",
};

/** What was chosen, above the text: how far it has come, what is wrong with it, and the way out again. */
export function Chips({ attachments, wantsToSend }: { attachments: Attachments; wantsToSend: boolean }): VNode {
  const { model, say, toComposer, connection } = useShared();
  const { items, isBusy, hasProblem, tooMany } = attachments;
  const remove = (key: string): void => {
    connection.tray.remove(key);
    toComposer();
  };
  const isOffline = model.connection !== "live";
  const onTheWay = isOffline ? "filesLater" : wantsToSend && "filesSending";
  const hint = hasProblem ? "filesBlocked" : isBusy && onTheWay;
  const attached = items.findLast(({ state }) => state === "ready");
  return (
    <div class="attachments" data-testid="attachments">
      <ul aria-label={say("files")}>
        {items.map((item) => (
          <Chip key={item.key} item={item} onRemove={() => remove(item.key)} />
        ))}
      </ul>
      <p role="status" data-testid="attachments-status">
        {tooMany && `${say("filesMany", { count: FILES_LIMIT })} `}
        {hint && say(hint)}
      </p>
      <p class="hidden" role="status" data-testid="attached">
        {attached && say("fileAttached", { name: readable(attached.file.name) })}
      </p>
    </div>
  );
}

function Chip({ item, onRemove }: { item: Picked; onRemove(): void }): VNode {
  const shared = useShared();
  const { connection, language, say } = shared;
  const { file, state, progress, key } = item;
  const name = readable(file.name);
  return (
    <li class={`chip chip-${state}`} data-testid="chip" data-state={state}>
      <span class="chip-name">{name}</span>
      <span class="detail">
        {[sizeText(file.size, language), stateText(item, shared)].filter(Boolean).join(" · ")}
      </span>
      <button type="button" class="icon-button" aria-label={say("fileRemove", { name })} data-testid="chip-remove" onClick={onRemove}>
        <CloseIcon />
      </button>
      {state === "uploading" && <progress value={progress} max={1} aria-label={name} />}
      {state === "failed" && (
        <p class="problem" role="alert" data-testid="chip-problem">
          {problemText(item, shared)}{" "}
          {mayPass(item) && (
            <button type="button" class="text-button" aria-label={say("fileAgain", { name })} data-testid="chip-again" onClick={() => connection.tray.retry(key)}>
              {say("retry")}
            </button>
          )}
        </p>
      )}
    </li>
  );
}

function stateText({ state, progress }: Picked, { say, language }: Shared): string {
  if (state === "uploading") return say("fileUploading", { percent: percent(progress, language) });
  return state === "ready" ? say("fileReady") : state === "waiting" ? say("fileWaiting") : "";
}

function problemText({ problem }: Picked, { say, language, shop }: Shared): string {
  const size = shop ? sizeText(shop.file_bytes, language) : "";
  return say(PROBLEM[problem ?? ""] ?? "fileUnreachable", { size });
}
