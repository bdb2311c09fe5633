import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { HandedNotices } from "../conversation/handed-notices";
import { TaskNotice } from "../endings/task-notice";
import { listed } from "../state/lists";
import { may } from "../state/permissions";
import { go, links, route } from "../state/route";
import { logOut } from "../state/session";
import { wishFor } from "../state/wishes";
import { useWorkplace } from "../state/workplace";
import { choose, counted, language, t } from "../texts";
import { CommandBar } from "./command-bar";
import { useCommands } from "./commands";
import { ariaKey, KEYS, keyText } from "./keys";
import { LanguageSelect } from "./language-select";
import { LogOutDialog } from "./logout-dialog";
import { fold, Menu } from "./menu";
import { OutrunNotice } from "../conversation/outrun";
import { AddressedNotice } from "./addressed";
import { useNews, useTabPicture } from "./news";
import { NotificationMenu } from "./notification-menu";
import { ArrivalNotice } from "./notice";
import { Offers } from "./offers";
import { pagesOf, type PageLink } from "./pages";
import { ShiftNotice } from "./shift-notice";
import { ShortcutsDialog } from "./shortcuts";
import { enableSound, sounds } from "./sound";
import { StatusSwitch } from "./status-switch";
import { WritingMenu } from "./writing-menu";
import { useAction } from "./use-action";
import { Failure } from "./dialog";

/** The frame around every page: where am I, am I connected, who am I. */
export function Shell({ children }: { children: ComponentChildren }) {
  const workplace = useWorkplace();
  const [help, setHelp] = useState(false);
  const [bar, setBar] = useState(false);
  useCommands([
    { id: "bar", run: () => setBar(true) },
    { id: "help", run: () => setHelp(true) },
    { id: "search", run: () => wishFor({ part: "search" }), when: may(workplace.agent, "read_conversations") },
    ...pagesOf(workplace.agent).map(({ link, title, shown }) => ({
      id: `page.${link}`,
      title: t(title),
      place: "pages" as const,
      when: !shown.includes(route.value.page),
      run: () => go(link),
    })),
  ]);
  useNews();
  useTabPicture();
  useSignalEffect(() => {
    const count = workplace.attention.value;
    document.title = count ? counted("title.attention", count) : t("title");
  });
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {t("skip")}
      </a>
      <header class="top">
        <a class="brand" href={links.work}>
          Kulanz
        </a>
        <Pages />
        <LinkState />
        {may(workplace.agent, "serve_conversations") && <StatusSwitch />}
        <AgentMenu onHelp={() => setHelp(true)} onBar={() => setBar(true)} />
      </header>
      {children}
      <div class="toasts">
        <HandedNotices />
        <Offers />
        <ShiftNotice />
        <OutrunNotice />
        <AddressedNotice />
        <ArrivalNotice />
        <TaskNotice />
      </div>
      {bar && <CommandBar onClose={() => setBar(false)} />}
      {help && <ShortcutsDialog onClose={() => setHelp(false)} />}
    </div>
  );
}

/** Pages that stand side by side at most; of more the rarer ones are folded away. */
const ABREAST = 3;

/** On a narrow screen all of them are folded. */
function Pages() {
  const workplace = useWorkplace();
  const waitingOn = (pages: readonly PageLink[]) => pages.reduce((sum, { count }) => sum + (count?.(workplace) ?? 0), 0);
  const all = pagesOf(workplace.agent).filter(({ folded }) => folded !== "own");
  const isFew = all.length <= ABREAST;
  const [main, more] = isFew ? [all, []] : split(all, ({ folded }) => folded !== "more");
  const here = all.find(({ shown }) => shown.includes(route.value.page));
  return (
    <nav class="pages" aria-label={t("nav.label")}>
      <div class="pages-wide">
        {main.map((page) => (
          <PageItem key={page.link} page={page} />
        ))}
        {more.length > 0 && (
          <Menu title={here && more.includes(here) ? t(here.title) : t("nav.more")} name="more-pages" count={waitingOn(more)}>
            <PageMenu pages={more} />
          </Menu>
        )}
      </div>
      <div class="pages-narrow">
        <Menu title={here ? t(here.title) : t("nav.label")} name="all-pages" count={waitingOn(all)}>
          <PageMenu pages={all} />
        </Menu>
      </div>
    </nav>
  );
}

function PageMenu({ pages }: { pages: readonly PageLink[] }) {
  return (
    <div class="menu-box page-menu">
      {pages.map((page) => (
        <PageItem key={page.link} page={page} onClick={fold} />
      ))}
    </div>
  );
}

function PageItem({ page: { link, title, shown, count }, onClick }: { page: PageLink; onClick?: (event: Event) => void }) {
  const workplace = useWorkplace();
  return (
    <a href={link} aria-current={shown.includes(route.value.page) ? "page" : undefined} {...(onClick && { onClick })}>
      {t(title)}
      <PageCount count={count?.(workplace) ?? 0} />
    </a>
  );
}

function split<T>(all: readonly T[], goes: (one: T) => boolean): [T[], T[]] {
  return [all.filter(goes), all.filter((one) => !goes(one))];
}

/** How much waits on a page; nothing is not worth a word. */
function PageCount({ count }: { count: number }) {
  if (!count) return null;
  return (
    <>
      {" "}
      <span class="unread" data-testid="page-count">
        {count}
      </span>
    </>
  );
}

/** Milliseconds in which a first connection is not worth a word. */
const FIRST_CONNECTION = 4_000;

function LinkState() {
  const { socket, outbox } = useWorkplace();
  const wasOpen = useRef(false);
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), FIRST_CONNECTION);
    return () => clearTimeout(timer);
  }, []);
  wasOpen.current ||= socket.link.value === "open";
  const connecting = socket.link.value === "connecting";
  const lost = (wasOpen.current && connecting) || outbox.stuck.value;
  return (
    <p role="status" class="link-state" data-testid="connection" data-state={socket.link.value}>
      {lost ? t("connection.lost") : connecting && isSlow && t("connection.slow")}
    </p>
  );
}

/** Me: my account, my settings on this browser, and the way out. */
function AgentMenu({ onHelp, onBar }: { onHelp: () => void; onBar: () => void }) {
  const { agent, rows } = useWorkplace();
  const action = useAction();
  const [asks, setAsks] = useState(false);
  const open = listed(rows.value, "mine", agent.id).length;
  const leave = () => (open ? setAsks(true) : void action.run(logOut));
  useCommands([
    {
      id: "sound",
      title: t(sounds.value ? "command.sound_off" : "command.sound_on"),
      run: () => enableSound(!sounds.value),
    },
    {
      id: "language",
      title: t("command.other_language"),
      words: t("language.label"),
      run: () => choose(language.value === "de" ? "en" : "de"),
    },
    { id: "logout", title: t("logout"), run: leave },
  ]);
  return (
    <>
      <AgentMenuBox onHelp={onHelp} onBar={onBar} onLeave={leave} error={action.error} />
      {/* Beside the menu: what stands in a folded one cannot be seen, and would hold the page all the same. */}
      {asks && <LogOutDialog open={open} onClose={() => setAsks(false)} />}
    </>
  );
}

interface BoxProps {
  onHelp: () => void;
  onBar: () => void;
  onLeave: () => void;
  error: string | null;
}

function AgentMenuBox({ onHelp, onBar, onLeave, error }: BoxProps) {
  const { agent } = useWorkplace();
  return (
    <Menu title={agent.name} name="agent-menu">
      <div class="menu-box">
        <p class="quiet">
          {agent.email}
          <br />
          {t(`role.${agent.role}`)}
        </p>
        <div class="menu-items">
          <a href={links.account} onClick={fold} data-testid="my-account">
            {t("account.title")}
          </a>
          <button type="button" onClick={onBar} aria-keyshortcuts={ariaKey("bar")} data-testid="open-bar">
            {t("bar.title")} <kbd aria-hidden="true">{keyText(KEYS.bar.key)}</kbd>
          </button>
          <button type="button" onClick={onHelp} data-testid="open-shortcuts">
            {t("shortcuts.title")} <kbd aria-hidden="true">{KEYS.help.key}</kbd>
          </button>
        </div>
        <LanguageSelect />
        <label class="check">
          <input
            type="checkbox"
            checked={sounds.value}
            onChange={(event) => enableSound(event.currentTarget.checked)}
            data-testid="sound"
          />
          {t("sound")}
        </label>
        {may(agent, "serve_conversations") && <NotificationMenu />}
        {may(agent, "serve_conversations") && <WritingMenu />}
        <button type="button" onClick={onLeave} data-testid="logout">
          {t("logout")}
        </button>
        <Failure text={error} />
      </div>
    </Menu>
  );
}
