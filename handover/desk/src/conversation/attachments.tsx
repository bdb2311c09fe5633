import { mayPass, type Picked } from "@widget/connection/files";
import { ACCEPT, sizeText } from "@widget/messages/files";
import { readable } from "@widget/messages/markdown";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useWorkplace } from "../state/workplace";
import { forCode, language, t } from "../texts";
import { percent } from "../texts/format";
import { FILES_LIMIT } from "../wire";

export interface Attachments {
  items: readonly Picked[];
  isBusy: boolean;
  hasProblem: boolean;
  /** More were chosen than go into one message. */
  tooMany: boolean;
  add(files: readonly File[]): void;
}

/** What is attached to the next message in this conversation. */
export function useAttachments(id: string): Attachments {
  const { trays } = useWorkplace();
  const [tooMany, setTooMany] = useState(false);
  const items = trays.of(id).items.value;
  return {
    items,
    isBusy: items.some(({ state }) => state === "waiting" || state === "uploading"),
    hasProblem: items.some(({ state }) => state === "failed"),
    tooMany: tooMany && items.length > 0,
    add: (files) => void trays.add(id, files).then((left) => setTooMany(left > 0)),
  };
}

export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current?.click()} data-testid="attach">
        {t("attach")}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPT}
        data-testid="attach-input"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = ""; // the same file may be chosen once more
        }}
      />
    </>
  );
}

interface ChipsProps {
  id: string;
  attachments: Attachments;
  wantsToSend: boolean;
  onRemoved: () => void;
}

/** How far each file has come, what is wrong with it, and the way out again. */
export function Chips({ id, attachments, wantsToSend, onRemoved }: ChipsProps) {
  const { trays } = useWorkplace();
  const { items, isBusy, tooMany } = attachments;
  if (!items.length) return null;
  const { tray } = trays.of(id);
  function remove(key: string) {
    tray.remove(key);
    onRemoved();
  }
  return (
    <div class="attachments" data-testid="attachments">
      <ul aria-label={t("attach.list")}>
        {items.map((item) => (
          <Chip key={item.key} item={item} onRemove={() => remove(item.key)} onAgain={() => tray.retry(item.key)} />
        ))}
      </ul>
      <p class="quiet" role="status">
        {tooMany && `${t("attach.many", { count: FILES_LIMIT })} `}
        {isBusy && wantsToSend && t("attach.sending")}
      </p>
    </div>
  );
}

function Chip({ item, onRemove, onAgain }: { item: Picked; onRemove: () => void; onAgain: () => void }) {
  const { file, state, progress } = item;
  const name = readable(file.name);
  return (
    <li class={`attachment attachment-${state}`} data-testid="chip" data-state={state}>
      <span class="attachment-name">{name}</span>
      <span class="quiet">{[sizeText(file.size, language.value), stateText(item)].filter(Boolean).join(" · ")}</span>
      {state === "uploading" && <progress value={progress} max={1} aria-label={name} />}
      {state === "failed" && (
        <span class="bad" role="alert" data-testid="chip-problem">
          <Problem item={item} />{" "}
          {mayPass(item) && (
            <button type="button" aria-label={t("attach.again", { name })} onClick={onAgain} data-testid="chip-again">
              {t("retry")}
            </button>
          )}
        </span>
      )}
      <button type="button" aria-label={t("attach.remove", { name })} onClick={onRemove} data-testid="chip-remove">
        <span aria-hidden="true">×</span>
      </button>
    </li>
  );
}

function stateText({ state, progress }: Picked): string {
  if (state === "uploading") return t("attach.uploading", { percent: percent(progress) });
  return state === "ready" ? t("attach.ready") : state === "waiting" ? t("attach.waiting") : "";
}

function Problem({ item: { problem } }: { item: Picked }) {
  const { trays } = useWorkplace();
  const limit = trays.limit.value;
  if (problem === "file_too_large" && limit !== null)
    return <>{t("attach.too_large", { size: sizeText(limit, language.value) })}</>;
  return <>{forCode("error", problem ?? "internal", t("error.internal"))}</>;
}

/** Files may be dropped anywhere on the conversation. Answers whether some hover over it. */
export function useDrop(
  inside: RefObject<HTMLElement | null>,
  onFiles: ((files: readonly File[]) => void) | null,
): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const area = inside.current?.closest<HTMLElement>(".conversation");
    if (!area || !onFiles) return;
    const heard = new AbortController();
    const { signal } = heard;
    area.addEventListener(
      "dragover",
      (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault(); // or the browser would leave the desk for the file
        setIsOver(true);
      },
      { signal },
    );
    area.addEventListener(
      "dragleave",
      (event) => area.contains(event.relatedTarget as Node | null) || setIsOver(false),
      { signal },
    );
    area.addEventListener(
      "drop",
      (event) => {
        setIsOver(false);
        if (!event.dataTransfer?.files.length) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      },
      { signal },
    );
    return () => heard.abort();
  });
  return isOver;
}
