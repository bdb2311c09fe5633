import type { RefObject, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Model } from "../connection/connection";
import type { Actor } from "../connection/wire";
import { timeline, type Item, type Line } from "../messages/timeline";
import { OwnBubble, TheirBubble } from "./bubbles";
import { useShared } from "./context";
import { Earlier, useOlderCount, useSteadyView } from "./earlier";
import { day, isSameDay } from "./formats";
import { DownIcon } from "./icons";
import { form } from "./lazy";
import { MailCard } from "./mail";
import { NewMark, useNewMark } from "./marker";
import { HumanButton } from "./partner";

const ClosedCard = form((forms) => forms.ClosedCard);
const CreditCard = form((forms) => forms.CreditCard);
const FailureCard = form((forms) => forms.FailureCard);
const IdentityCard = form((forms) => forms.IdentityCard);
const ServiceCard = form((forms) => forms.ServiceCard);
const Rating = form((forms) => forms.Rating);
const WaitingCard = form((forms) => forms.WaitingCard);

/** Nearer to the end than this counts as reading along. */
const NEAR_END = 80;
/** Nearer to the top than this asks for older messages. */
const NEAR_TOP = 160;

/** The message list, and below it what waits for the visitor. Follows the talk unless they scrolled away. */
export function Messages({ isWatched }: { isWatched: boolean }): VNode {
  const { connection, model, say } = useShared();
  const items = timeline(model);
  const older = useOlderCount(items);
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [hasMore, setHasMore] = useState(false);
  const newest = items.at(-1);
  const mark = useNewMark(model, items, !isWatched || !follows.current);
  const markAt = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);

  useSteadyView(box, items[0]?.key, lastTop);
  const toEnd = (): void => box.current?.scrollTo({ top: box.current.scrollHeight });
  /** To the end, but not past the beginning of what came last: a long answer is read from its top. A field keeps its place. */
  const follow = (): void => {
    const list = box.current;
    if (!list) return; // the browser may still tell of a new size when the panel was just taken away
    const theirs = log.current?.querySelector(":scope > :last-child:not(.own)");
    toEnd();
    if (theirs && !list.querySelector("input:focus, textarea:focus")) list.scrollBy({ top: Math.min(0, aheadOf(list, theirs)) });
    follows.current = isNearEnd(list);
  };
  /** From above, the beginning of what is new; else the end. */
  const toNew = (): void => {
    const ahead = box.current && markAt.current ? aheadOf(box.current, markAt.current) : 0;
    if (ahead > 0) box.current?.scrollBy({ top: ahead });
    else toEnd();
  };

  useLayoutEffect(() => {
    if (newest?.kind === "own") follows.current = true;
    if (follows.current) follow();
    else setHasMore(true);
  }, [newest?.key]);
  useLayoutEffect(() => {
    const list = box.current;
    if (!isWatched || !follows.current || !list) return;
    follow();
    if (!markAt.current) return;
    list.scrollBy({ top: Math.min(0, aheadOf(list, markAt.current)) }); // up to where the visitor left off
    follows.current = isNearEnd(list);
    setHasMore(!follows.current);
  }, [isWatched]);

  useEffect(() => {
    const watcher = new ResizeObserver(() => follows.current && follow());
    watcher.observe(content.current as Element);
    watcher.observe(box.current as Element);
    return () => watcher.disconnect();
  }, []);

  const scrolled = (): void => {
    if (!box.current) return; // the browser may still tell of it when the panel was just taken away
    const { scrollTop } = box.current;
    // Only moving up leaves the talk: what is added below moves the end away by itself.
    if (isNearEnd(box.current)) follows.current = true;
    else if (scrollTop < lastTop.current) follows.current = false;
    if (scrollTop < lastTop.current && scrollTop < NEAR_TOP && model.older === "idle") void connection.loadEarlier();
    lastTop.current = scrollTop;
    if (follows.current) setHasMore(false);
  };

  const newestOf = new Map(items.map((item) => [item.kind, item] as const));
  const entries = items.map((item, index) => (
    <Entry
      key={item.key}
      item={item}
      before={items[index - 1]}
      isLast={item === newest}
      isNewest={item === newestOf.get(item.kind)}
      newMark={item.key === mark ? markAt : null}
    />
  ));
  return (
    <div class="stage">
      <div class="scroll" ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={say("messages")}>
        <div ref={content}>
          <Earlier list={box} />
          {older > 0 && <Opening isEmpty={false} />}
          {entries.slice(0, older)}
          <div ref={log} role="log" aria-live="polite" aria-relevant="additions" aria-busy={model.view === null} data-testid="messages">
            {older === 0 && <Opening isEmpty={items.length === 0 && !model.earlier} />}
            {entries.slice(older)}
          </div>
          <Typing />
          <div aria-live="polite" aria-relevant="additions">
            {model.view?.state === "waiting" && <WaitingCard />}
            {asksIdentity(model) && <IdentityCard />}
            {mayBeRated(model) && <Rating />}
            {model.view?.state === "closed" && <ClosedCard />}
          </div>
          <MailCard />
        </div>
      </div>
      {hasMore && (
        <button type="button" class="more" data-testid="new-messages" onClick={toNew}>
          <DownIcon />
          {say("newMessages")}
        </button>
      )}
    </div>
  );
}

const isNearEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean =>
  scrollHeight - scrollTop - clientHeight < NEAR_END;

/** How far the list has to go down until `mark` stands at its top. */
const aheadOf = (list: HTMLElement, mark: Element): number =>
  mark.getBoundingClientRect().top - list.getBoundingClientRect().top;

/** The machine notice comes before everything else, whatever was said since. */
function Opening({ isEmpty }: { isEmpty: boolean }): VNode {
  const { model, shop, say } = useShared();
  return (
    <>
      <p class="notice" data-testid="machine-notice">
        {say("machineNotice")}{" "}
        {shop?.privacy_url && (
          <a href={shop.privacy_url} target="_blank" rel="noopener">
            {say("privacy")}
          </a>
        )}
      </p>
      {model.startedAnew && <p class="line">{say("startedAnew")}</p>}
      {model.view === null && model.connection === "connecting" && (
        <p class="line" data-testid="loading">
          {say("loading")}
        </p>
      )}
      {model.view !== null && isEmpty && (
        <div class="empty" data-testid="empty">
          <h3>{say("emptyTitle")}</h3>
          <p>{say("emptyText")}</p>
        </div>
      )}
    </>
  );
}

interface BodyProps {
  item: Item;
  before: Item | undefined;
  isLast: boolean;
  /** Of its kind. */
  isNewest: boolean;
}

interface EntryProps extends BodyProps {
  /** Before it stands the line that tells what is new. */
  newMark: RefObject<HTMLDivElement | null> | null;
}

function Entry({ newMark, ...body }: EntryProps): VNode {
  const { language } = useShared();
  const { item, before } = body;
  const isNewDay = before ? !isSameDay(before.at, item.at) : !isSameDay(item.at, new Date().toISOString());
  return (
    <>
      {isNewDay && <p class="day">{day(item.at, language)}</p>}
      {newMark && <NewMark at={newMark} />}
      <Body {...body} />
    </>
  );
}

function Body({ item, before, isLast, isNewest }: BodyProps): VNode {
  switch (item.kind) {
    case "own":
      return <OwnBubble item={item} isNewest={isNewest} />;
    case "theirs":
      return <TheirBubble item={item} isFirst={before?.kind !== "theirs" || !isSameActor(before.actor, item.actor)} />;
    case "credit":
      return <CreditCard credit={item.credit} />;
    case "service":
      return <ServiceCard by={item.by} service={item.service} />;
    case "failure":
      return <FailureCard isNewest={isLast} />;
    case "line":
      return <LineOf item={item} isNewest={isNewest} />;
  }
}

function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.id === other.id;
}

function LineOf({ item: { text, name }, isNewest }: { item: Line; isNewest: boolean }): VNode {
  const { model, say } = useShared();
  return (
    <div class="line" data-testid="line" data-line={text}>
      <p>{say(text, { name: name || say("human") })}</p>
      {text === "lineGivenUpForYou" && isNewest && model.view?.state === "bot" && <HumanButton testid="call-again" />}
    </div>
  );
}

function Typing(): VNode | null {
  const { model, say } = useShared();
  if (!model.typing || model.connection !== "live") return null;
  const { by, name } = model.typing;
  return (
    <p class="typing" data-testid="typing" data-by={by}>
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {by === "agent" ? say("agentTyping", { name: name ?? say("human") }) : say("botTyping")}
    </p>
  );
}

function asksIdentity({ view }: Model): boolean {
  return view !== null && view.identity_step !== null && view.state !== "closed";
}

/** Something has come to an end, so there may be something to look back on. */
function mayBeRated({ events }: Model): boolean {
  return events.some(({ data }) => data.type === "conversation.closed" || data.type === "conversation.returned");
}
