import type { VNode } from "preact";
import type { OwnMessage, Progress } from "../messages/timeline";
import type { Texts } from "../locales";
import { Action } from "./action";
import { useShared } from "./context";
import { clock } from "./formats";

const PROGRESS: Record<Progress, keyof Texts> = {
  waiting: "progressWaiting",
  paused: "progressPaused",
  failed: "progressFailed",
  discarded: "progressDiscarded",
  sent: "progressSent",
  read: "progressRead",
};
/** Why the desk did not take it, where there is more to say than that. */
const REFUSAL: Record<string, keyof Texts> = {
  too_many: "tooMany",
  invalid_frame: "progressTooLong",
  invalid_input: "progressTooLong",
  unavailable: "progressUnavailable",
  unknown_file: "progressFilesGone",
};

/** How far a message has come, below it; the newest one always tells, older ones where something is to be done. */
export function ProgressOf({ item, isNewest }: { item: OwnMessage; isNewest: boolean }): VNode {
  const { language, say } = useShared();
  const { progress, refusal, sentAt } = item;
  const hasArrived = progress === "sent" || progress === "read";
  const text = (progress === "failed" && REFUSAL[refusal ?? ""]) || PROGRESS[progress];
  return (
    <>
      <p class="under">
        <time dateTime={item.at}>{clock(item.at, language)}</time>
        {(isNewest || !hasArrived) && (
          // A new element is read out; that all goes well need not be
          <span key={hasArrived ? "waiting" : progress} data-testid="progress">
            {" · "}
            {say(text, { time: sentAt ? clock(new Date(sentAt).toISOString(), language) : "" })}
          </span>
        )}
      </p>
      {(progress === "failed" || progress === "discarded") && item.clientId && <Ways item={item} id={item.clientId} />}
    </>
  );
}

/** What can be done with a message that was not sent. Discarding it is no farewell: it may be taken back. */
function Ways({ item: { progress, text }, id }: { item: OwnMessage; id: string }): VNode {
  const { connection, say } = useShared();
  const edit = (): void => {
    connection.draft.set([connection.draft.text, text].filter(Boolean).join("\n"));
    connection.discardMessage(id);
  };
  const way = (testid: string, label: keyof Texts, onPress: () => void): VNode => (
    <Action class="text-button" testid={testid} onPress={onPress}>
      {say(label)}
    </Action>
  );
  if (progress === "discarded")
    return <p class="under">{way("undo-discard", "undoDiscard", () => connection.restoreMessage(id))}</p>;
  return (
    <p class="under">
      {way("retry", "retry", () => connection.retryMessage(id))}
      {way("edit", "edit", edit)}
      {way("discard", "discard", () => connection.discardMessage(id))}
    </p>
  );
}
