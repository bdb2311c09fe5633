import { useEffect, useRef, useState } from "preact/hooks";
import { listed, LISTS, type ListName } from "../state/lists";
import { go, links } from "../state/route";
import { load, save } from "../state/storage";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import type { ConversationSummary } from "../wire";
import { listFilter, passes, showAll } from "../state/list-filter";
import { FailedLoad, Loading } from "../ui/loading";
import { Empty } from "../ui/parts";
import { useCommands } from "../ui/commands";
import { ListFilters } from "./filter";
import { Mentioned } from "./mentioned";
import { Row } from "./row";
import { Search } from "./search";
import { DeskState, Team } from "./team";
import { Unjudged } from "./unjudged";

const KEPT = "kulanz.lists";
/** Rows that are drawn at first, and so many more at a time. */
const STEP = 60;
const OPEN_AT_FIRST: readonly ListName[] = ["mine", "waiting"];

/** All lists under each other; those an agent acts on are open from the start. */
export function Lists({ current }: { current: string | null }) {
  const { rows, agent, lists, refreshLists } = useWorkplace();
  const [open, setOpen] = useState<readonly ListName[]>(() => load(KEPT, OPEN_AT_FIRST));
  const content = LISTS.map((name) => contentOf(name, listed(rows.value, name, agent.id)));
  const visible = content.filter(({ name }) => open.includes(name)).flatMap((list) => list.rows);
  const box = useRef<HTMLElement>(null);
  const home = content.find(({ rows: some }) => some.some(({ id }) => id === current))?.name;
  // A claim takes the open case to another list, a key to another row: it stays in sight.
  useEffect(() => box.current!.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [current, home]);
  useCommands([
    { id: "next", run: () => step(visible, current, 1) },
    { id: "previous", run: () => step(visible, current, -1) },
    { id: "unread", run: () => nextUnread(listed(rows.value, "mine", agent.id), current) },
  ]);

  function toggle(name: ListName, isOpen: boolean) {
    if (isOpen === open.includes(name)) return;
    const next = isOpen ? [...open, name] : open.filter((other) => other !== name);
    setOpen(next);
    save(KEPT, next);
  }

  return (
    <nav class="lists" ref={box} aria-label={t("lists.label")} aria-busy={lists.value === "loading"}>
      <DeskState />
      <Search current={current}>
        <ListFilters />
        {lists.value === "failed" && (
          <FailedLoad text={t("lists.failed")} onRetry={() => void refreshLists()} />
        )}
        <Mentioned current={current} />
        <Unjudged current={current} />
        {content.map((one) => (
          <List
            key={one.name}
            content={one}
            open={open.includes(one.name)}
            state={lists.value}
            current={current}
            onToggle={(isOpen) => toggle(one.name, isOpen)}
          />
        ))}
        <Team />
      </Search>
    </nav>
  );
}

/** One list as it is shown. */
interface Content {
  name: ListName;
  rows: readonly ConversationSummary[];
  /** Place in the queue by conversation, counted before anything is left out. */
  places: ReadonlyMap<string, number>;
  /** How many the filters leave out. */
  hidden: number;
}

function contentOf(name: ListName, all: readonly ConversationSummary[]): Content {
  const rows = all.filter((row) => passes(listFilter.value, row));
  const places = new Map(name === "waiting" ? all.map((row, index) => [row.id, index + 1]) : []);
  return { name, rows, places, hidden: all.length - rows.length };
}

interface ListProps {
  content: Content;
  open: boolean;
  state: "loading" | "ready" | "failed";
  current: string | null;
  onToggle: (open: boolean) => void;
}

function List({ content: { name, rows, places, hidden }, open, state, current, onToggle }: ListProps) {
  const [limit, setLimit] = useState(STEP);
  const unread = rows.reduce((sum, row) => sum + row.unread, 0);
  const isKnown = state === "ready" || rows.length + hidden > 0; // a list that could not be fetched is not empty
  const shown = rows.slice(0, Math.max(limit, rows.findIndex((row) => row.id === current) + 1));
  return (
    <details
      class="list"
      open={open}
      onToggle={(event) => onToggle(event.currentTarget.open)}
      data-testid={`list-${name}`}
    >
      <summary>
        <h2>{t(`list.${name}`)}</h2>
        <span class="count">{isKnown ? countText(rows.length, hidden) : "–"}</span>
        {name === "mine" && unread > 0 && (
          <span class="unread" aria-label={counted("unread", unread)}>
            {counted("unread.short", unread)}
          </span>
        )}
      </summary>
      {open && (
        <ul>
          {shown.map((row) => (
            <Row key={row.id} row={row} place={places.get(row.id) ?? null} current={row.id === current} />
          ))}
        </ul>
      )}
      {open && shown.length < rows.length && (
        <button type="button" class="quiet-button" onClick={() => setLimit(limit + STEP)} data-testid={`more-${name}`}>
          {counted("lists.more", rows.length - shown.length)}
        </button>
      )}
      {!isKnown && state === "loading" && <Loading lines={2} />}
      {rows.length === 0 && isKnown && <Nothing name={name} hidden={hidden} />}
    </details>
  );
}

function countText(shown: number, hidden: number): string {
  return hidden ? t("lists.part", { shown, all: shown + hidden }) : String(shown);
}

function Nothing({ name, hidden }: { name: ListName; hidden: number }) {
  if (!hidden) return <Empty>{t(`list.${name}.empty`)}</Empty>;
  return (
    <div class="empty">
      <p>{counted("lists.hidden", hidden)}</p>
      <button type="button" class="quiet-button" onClick={showAll}>
        {t("lists.show_all")}
      </button>
    </div>
  );
}

/** Whoever has waited longest for a word of mine: the other end of the list of what changed last. */
function nextUnread(mine: ConversationSummary[], current: string | null): void {
  const next = mine.findLast((row) => row.unread > 0 && row.id !== current);
  if (next) go(links.conversation(next.id));
}

function step(visible: ConversationSummary[], current: string | null, by: 1 | -1): void {
  const at = visible.findIndex((row) => row.id === current);
  const start = by === 1 ? 0 : visible.length - 1;
  const next = visible[at === -1 ? start : at + by];
  if (next) go(links.conversation(next.id));
}
