import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Actor } from "../connection/wire";
import { timeline, type Item, type Line } from "../messages/timeline";
import { OwnBubble, TheirBubble } from "./bubbles";
import { ClosedCard, CreditCard, FailureCard, WaitingCard } from "./cards";
import { useShared } from "./context";
import { day, isSameDay } from "./formats";
import { DownIcon } from "./icons";
import { IdentityCard } from "./identity";

/** Nearer to the end than this counts as reading along. */
const NEAR_END = 80;

/** The message list, and below it what waits for the visitor. Follows the talk unless they scrolled away. */
export function Messages({ isShown }: { isShown: boolean }): VNode {
  const { model, say } = useShared();
  const items = timeline(model);
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [hasMore, setHasMore] = useState(false);
  const newest = items.at(-1);

  const toEnd = (): void => box.current?.scrollTo({ top: box.current.scrollHeight });

  useLayoutEffect(() => {
    if (newest?.kind === "own") follows.current = true;
    if (follows.current) toEnd();
    else setHasMore(true);
  }, [newest?.key, isShown]);

  useEffect(() => {
    const watcher = new ResizeObserver(() => follows.current && toEnd());
    watcher.observe(content.current as Element);
    watcher.observe(box.current as Element);
    return () => watcher.disconnect();
  }, []);

  const scrolled = (): void => {
    const { scrollHeight, scrollTop, clientHeight } = box.current as HTMLDivElement;
    // Only moving up leaves the talk: what is added below moves the end away by itself.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) follows.current = true;
    else if (scrollTop < lastTop.current) follows.current = false;
    lastTop.current = scrollTop;
    if (follows.current) setHasMore(false);
  };

  return (
    <div class="stage">
      <div class="scroll" ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={say("messages")}>
        <div ref={content}>
          <div role="log" aria-live="polite" aria-busy={model.view === null} data-testid="messages">
            <Opening isEmpty={items.length === 0} />
            {items.map((item, index) => (
              <Entry key={item.key} item={item} items={items} index={index} />
            ))}
          </div>
          <Typing />
          {model.view?.state === "waiting" && <WaitingCard />}
          <IdentityCard />
          {model.view?.state === "closed" && <ClosedCard />}
        </div>
      </div>
      {hasMore && (
        <button type="button" class="more" data-testid="new-messages" onClick={toEnd}>
          <DownIcon />
          {say("newMessages")}
        </button>
      )}
    </div>
  );
}

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

function Entry({ item, items, index }: { item: Item; items: readonly Item[]; index: number }): VNode {
  const { language } = useShared();
  const before = items[index - 1];
  const isNewDay = before ? !isSameDay(before.at, item.at) : !isSameDay(item.at, new Date().toISOString());
  return (
    <>
      {isNewDay && <p class="day">{day(item.at, language)}</p>}
      <Body item={item} items={items} index={index} />
    </>
  );
}

function Body({ item, items, index }: { item: Item; items: readonly Item[]; index: number }): VNode {
  const rest = items.slice(index + 1);
  switch (item.kind) {
    case "own":
      return <OwnBubble item={item} isNewest={!rest.some(({ kind }) => kind === "own")} />;
    case "theirs": {
      const before = items[index - 1];
      return <TheirBubble item={item} isFirst={before?.kind !== "theirs" || !isSameActor(before.actor, item.actor)} />;
    }
    case "credit":
      return <CreditCard credit={item.credit} />;
    case "failure":
      return <FailureCard isNewest={!rest.length} />;
    case "line":
      return <LineOf item={item} />;
  }
}

function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.id === other.id;
}

function LineOf({ item: { text, name } }: { item: Line }): VNode {
  const { say } = useShared();
  return (
    <p class="line" data-testid="line" data-line={text}>
      {say(text, { name: name || say("human") })}
    </p>
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
