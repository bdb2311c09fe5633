import type { RefObject, VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Model } from "../connection/connection";
import type { ConversationView } from "../connection/wire";
import type { Item } from "../messages/timeline";
import { useShared } from "./context";

/** How much was known when the visitor last looked; `mark` stands after the event of that number. */
interface Seen {
  id: string;
  upTo: number;
  mark: number | null;
}

/**
 * The key of the first item that came while the visitor was away (chat closed, tab hidden, scrolled up), for a line before
 * it. It stays until they have come back and written something, or moves to what comes when they are away again.
 */
export function useNewMark({ view, cursor }: Model, items: readonly Item[], isAway: boolean): string | null {
  const held = useRef<Seen | null>(null);
  if (!view) return null;
  const seen = held.current?.id === view.id ? held.current : (held.current = firstLook(view, cursor));
  if (!isAway) seen.upTo = cursor;
  else if (firstNew(items, seen.upTo)) seen.mark = seen.upTo;
  const key = seen.mark === null ? null : firstNew(items, seen.mark);
  if (isAway || !key || !hasAnswered(items, key)) return key;
  seen.mark = null;
  return null;
}

/** After a reload, what was not read before is new. */
function firstLook({ id, visitor_read: read }: ConversationView, cursor: number): Seen {
  return { id, upTo: cursor, mark: read && read < cursor ? read : null };
}

/** The first thing told since, if anybody but the visitor has said something. */
function firstNew(items: readonly Item[], mark: number): string | null {
  const fresh = items.filter(({ kind, key }) => kind !== "own" && Number(key) > mark);
  return fresh.some(({ kind }) => kind === "theirs") ? (fresh[0]?.key ?? null) : null;
}

function hasAnswered(items: readonly Item[], key: string): boolean {
  const place = items.findIndex((item) => item.key === key);
  return items.slice(place).some(({ kind }) => kind === "own");
}

/** `at` is where the jump to what is new leads. */
export function NewMark({ at }: { at: RefObject<HTMLDivElement | null> }): VNode {
  const { say } = useShared();
  return (
    <div class="new-mark" ref={at} data-testid="new-mark">
      <span>{say("newMark")}</span>
    </div>
  );
}
