import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { soundChosen } from "../connection/sound-choice";
import { readable } from "../messages/markdown";
import { hint, newestNews } from "../messages/news";
import { unread } from "../messages/unread";
import { useShared } from "./context";
import { chimeOnce } from "./sound";
import { TitleNotice } from "./title";
import { useIsVisible } from "./visible";

/** Milliseconds: a tab in which the visitor reads along has told so by then. */
const MOMENT = 400;

/** For the visitor who looks elsewhere: a sound and the page's title while the tab is hidden, one line while the chat is closed. */
export function Notices({ isShown }: { isShown: boolean }): VNode | null {
  const { model, say } = useShared();
  const isVisible = useIsVisible();
  useTitle(isVisible);
  useSound(isShown && isVisible);
  const told = isShown ? null : hint(model);
  return (
    <p class="hint" role="status" hidden={isShown} data-testid="hint">
      {told && say(told.text, { name: readable(told.name) || say("human"), place: told.place })}
    </p>
  );
}

function useTitle(isVisible: boolean): void {
  const { host, language, model, say } = useShared();
  const [notice] = useState(() => new TitleNotice());
  const count = isVisible || !host.titleNotice ? 0 : unread(model).length;
  useEffect(() => {
    if (count) notice.show((title) => say(count === 1 ? "titleOne" : "titleMany", { count, title }));
    else notice.hide();
  }, [count, language]);
  useLayoutEffect(() => () => notice.hide(), []); // at once, when the widget is removed
}

/** Rings once for what is new and not seen: neither for what was there when the page came, nor for what is read elsewhere. */
function useSound(isWatched: boolean): void {
  const { host, model } = useShared();
  const { view } = model;
  const known = useRef<{ id: string; news: number } | null>(null);
  const news = newestNews(model);
  const isSeen = isWatched || (view?.visitor_read ?? 0) >= news;
  useEffect(() => {
    if (!view) return;
    const before = known.current;
    if (before?.id !== view.id || isSeen) known.current = { id: view.id, news };
    if (before?.id !== view.id || isSeen || news <= before.news) return;
    const timer = setTimeout(() => {
      known.current = { id: view.id, news };
      if (soundChosen() ?? host.sound) void chimeOnce(`${view.id}-${news}`);
    }, MOMENT);
    return () => clearTimeout(timer);
  }, [view?.id, news, isSeen]);
}
