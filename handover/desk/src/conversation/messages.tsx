import { Fragment, type RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { OpenConversation } from "../state/conversation";
import { useWorkplace } from "../state/workplace";
import { t } from "../texts";
import { longDay } from "../texts/format";
import type { ConversationSummary, DeskEvent } from "../wire";
import { isOf, MOST } from "../state/log";
import { authorName } from "../ui/parts";
import { Earlier, useJumpsBack, useSteadyView } from "./earlier";
import { EventLine } from "./event-line";
import { useSeenMentions } from "./mentions";
import { Unsent } from "./unsent";

interface Props {
  open: OpenConversation;
  row: ConversationSummary;
}

const NEAR = 80;
/** Nearer to the top than this asks for older events. */
const NEAR_TOP = 160;

export function Messages({ open, row }: Props) {
  const workplace = useWorkplace();
  const log = open.log.value;
  const unsent = workplace.outbox.entries.value.filter((entry) => entry.conversation_id === open.id);
  const box = useRef<HTMLDivElement>(null);
  const movedUp = useSteadyView(box, log[0]?.number);
  const { behind, toEnd, onScroll } = useEndInSight(box, `${open.last.value} ${unsent.length}`);
  const shorten = useShortLog(open, row, box, () => {
    toEnd();
    movedUp(); // it was not the reader who moved
  });
  useJumpsBack(open);
  const [readBefore] = useState(row.staff_read);
  const reachesBack = !open.earlier.value || (log[0]?.number ?? 0) <= readBefore + 1;
  const firstNew =
    readBefore > 0 && reachesBack && log.find((event) => event.number > readBefore && isVisitorMessage(event));
  useReadMark(open, row);
  useSeenMentions(open);

  function scrolled() {
    onScroll();
    shorten();
    const isNear = (box.current?.scrollTop ?? 0) < NEAR_TOP;
    if (movedUp() && isNear && open.older.value === "idle") void open.loadEarlier();
  }

  return (
    <>
      <div
        class="log"
        ref={box}
        role="region"
        aria-label={t("messages.label")}
        tabIndex={0}
        onScroll={scrolled}
        data-testid="messages"
      >
        <Earlier open={open} box={box} />
        <ol>
          {log.map((event, index) => (
            <Fragment key={event.number}>
              <DayLine event={event} before={log[index - 1]} />
              {event === firstNew && <li class="new-line">{t("messages.new")}</li>}
              <EventLine event={event} log={log} row={row} />
            </Fragment>
          ))}
          {unsent.map((entry) => (
            <Unsent key={entry.client_id} entry={entry} row={row} />
          ))}
        </ol>
        <Typing row={row} />
      </div>
      {behind && (
        <button type="button" class="to-end" onClick={toEnd}>
          {t("messages.to_end")}
        </button>
      )}
      <Announcer log={log} row={row} />
    </>
  );
}

const isVisitorMessage = (event: DeskEvent): boolean => event.actor.kind === "visitor" && isOf(event, "message.posted");

/** Keeps the newest message in sight unless the reader has scrolled up. */
function useEndInSight(box: RefObject<HTMLDivElement | null>, end: string) {
  const following = useRef(true);
  const [behind, setBehind] = useState(false);

  function toEnd() {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }
  function onScroll() {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    following.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (following.current) setBehind(false);
  }
  useLayoutEffect(() => {
    if (following.current) toEnd();
    else setBehind(true);
  }, [end]);
  useEffect(() => {
    // A refusal above or a longer answer below takes room from the log, without a word having been added.
    const observer = new ResizeObserver(() => following.current && toEnd());
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { behind, toEnd, onScroll };
}

/**
 * While the end of a long log is read, its oldest events go, see `OpenConversation.shorten`. `onShorter`: called before
 * that is painted. Answers what to call when the reader has scrolled.
 */
function useShortLog(
  open: OpenConversation,
  row: ConversationSummary,
  box: RefObject<HTMLDivElement | null>,
  onShorter: () => void,
): () => void {
  const isUnread = useWorkplace().isMine(row) && row.unread > 0;
  const read = isUnread ? row.staff_read : open.last.value;
  function shorten() {
    if (open.log.peek().length <= MOST) return; // the layout is looked at only for a reason
    const isLookedAt = document.visibilityState === "visible" && document.hasFocus();
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (isLookedAt && isAtEnd && getSelection()?.isCollapsed !== false) open.shorten(read);
  }
  useEffect(() => {
    shorten();
    addEventListener("focus", shorten);
    return () => removeEventListener("focus", shorten);
  }, [open, read]);
  const oldest = open.log.value[0]?.number ?? 0;
  const before = useRef(oldest);
  useLayoutEffect(() => {
    if (oldest > before.current) onShorter();
    before.current = oldest;
  }, [oldest]);
  return shorten;
}

/** Only the owner's eyes count as read, and only while the page is in front of them. */
function useReadMark(open: OpenConversation, row: ConversationSummary): void {
  const workplace = useWorkplace();
  const due = workplace.isMine(row) && row.unread > 0 ? open.last.value : 0;
  useEffect(() => {
    if (!due) return;
    const mark = () => {
      if (document.visibilityState === "visible" && document.hasFocus()) {
        workplace.socket.send({ type: "read", conversation_id: open.id, number: due });
      }
    };
    mark();
    addEventListener("focus", mark);
    return () => removeEventListener("focus", mark);
  }, [due, workplace.socket.link.value]);
}

function DayLine({ event, before }: { event: DeskEvent; before: DeskEvent | undefined }) {
  const today = new Date(event.at).toDateString();
  if (before && new Date(before.at).toDateString() === today) return null;
  return <li class="day-line">{longDay(event.at)}</li>;
}

function Typing({ row }: { row: ConversationSummary }) {
  const typist = useWorkplace().typists.value.get(row.id);
  if (!typist) return null;
  const name = authorName({ kind: typist.by, id: null, name: typist.name }, row);
  return (
    <p class="typing" data-testid="typing">
      {t("typing", { name })}
    </p>
  );
}

/** Says each new message of the others once to a screen reader; what was there before stays unsaid. */
function Announcer({ log, row }: { log: readonly DeskEvent[]; row: ConversationSummary }) {
  const [start] = useState(log.at(-1)?.number ?? 0);
  const latest = log.findLast((event) => isOf(event, "message.posted")); // what was understood of it follows at once
  const isNews = latest && latest.number > start && isOf(latest, "message.posted") && latest.actor.kind !== "agent";
  return (
    <p class="sr-only" aria-live="polite" data-testid="announcer">
      {isNews && (
        <span key={latest.number}>{t("messages.said", { name: authorName(latest.actor, row), text: latest.data.text })}</span>
      )}
    </p>
  );
}
