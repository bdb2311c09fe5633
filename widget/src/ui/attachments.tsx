import type { RefObject, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isComing, type Picked } from "../connection/files";
import { ACCEPT } from "../messages/files";
import { useShared } from "./context";
import { ClipIcon } from "./icons";
import { useWatched } from "./watched";

export interface Attachments {
  items: readonly Picked[];
  /** Some are not up yet. */
  isBusy: boolean;
  /** Some cannot go up. */
  hasProblem: boolean;
  add(files: readonly File[]): void;
  /** More were chosen than go into one message. */
  tooMany: boolean;
}

/** What is on the tray, uploaded while the line is live. */
export function useAttachments(): Attachments {
  const { connection, model, shop } = useShared();
  const { tray } = connection;
  const items = useWatched(tray, ({ items }) => items);
  const [tooMany, setTooMany] = useState(false);
  const isLive = model.connection === "live";
  useEffect(() => tray.setOpen(isLive), [tray, isLive]);
  return {
    items,
    isBusy: items.some(isComing),
    hasProblem: items.some((item) => item.state === "failed" && !isComing(item)),
    add: (files) => setTooMany(tray.add(files, shop?.file_bytes ?? null) > 0),
    tooMany: tooMany && items.length > 0,
  };
}

/** Opens the browser's own dialog. */
export function AttachButton({ onFiles }: { onFiles(files: readonly File[]): void }): VNode {
  const { say } = useShared();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="icon-button attach"
        title={say("attach")}
        aria-label={say("attach")}
        data-testid="attach"
        onClick={() => input.current?.click()}
      >
        <ClipIcon />
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

/** Files may be dropped anywhere on the panel. Answers whether some hover over it. */
export function useDrop(inside: RefObject<HTMLElement | null>, onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const handler = useRef(onFiles);
  handler.current = onFiles;
  useEffect(() => {
    const panel = inside.current?.closest<HTMLElement>(".panel");
    if (!panel) return;
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // or the browser would open the file in place of the website
      event.dataTransfer.dropEffect = "copy";
      setIsOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!panel.contains(event.relatedTarget as Node | null)) setIsOver(false);
    };
    const drop = (event: DragEvent): void => {
      setIsOver(false);
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      handler.current([...event.dataTransfer.files]);
    };
    panel.addEventListener("dragover", over);
    panel.addEventListener("dragleave", leave);
    panel.addEventListener("drop", drop);
    return () => {
      panel.removeEventListener("dragover", over);
      panel.removeEventListener("dragleave", leave);
      panel.removeEventListener("drop", drop);
    };
  }, [inside]);
  return isOver;
}
