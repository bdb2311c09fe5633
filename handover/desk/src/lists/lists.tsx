import { useState } from "preact/hooks";
import { listed, LISTS, type ListName } from "../state/lists";
import { go, links } from "../state/route";
import { load, save } from "../state/storage";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import type { ConversationSummary } from "../wire";
import { Empty } from "../ui/parts";
import { useCommands } from "../ui/commands";
import { Mentioned } from "./mentioned";
import { Row } from "./row";
import { Search } from "./search";
import { DeskState, Team } from "./team";

const KEPT = "kulanz.lists";
const OPEN_AT_FIRST: readonly ListName[] = ["mine", "waiting"];

/** All lists under each other; those an agent acts on are open from the start. */
export function Lists({ current }: { current: string | null }) {
  const { rows, agent, lists } = useWorkplace();
  const [open, setOpen] = useState<readonly ListName[]>(() => load(KEPT, OPEN_AT_FIRST));
  const content = LISTS.map((name) => ({ name, rows: listed(rows.value, name, agent.id) }));
  const visible = content.filter(({ name }) => open.includes(name)).flatMap((list) => list.rows);
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
    <nav class="lists" aria-label={t("lists.label")} aria-busy={lists.value === "loading"}>
      <DeskState />
      <Search current={current}>
        {lists.value === "failed" && <ListsFailed />}
        <Mentioned current={current} />
        {content.map(({ name, rows }) => (
          <List
            key={name}
            name={name}
            rows={rows}
            open={open.includes(name)}
            loading={lists.value === "loading"}
            current={current}
            onToggle={(isOpen) => toggle(name, isOpen)}
          />
        ))}
        <Team />
      </Search>
    </nav>
  );
}

interface ListProps {
  name: ListName;
  rows: ConversationSummary[];
  open: boolean;
  loading: boolean;
  current: string | null;
  onToggle: (open: boolean) => void;
}

function List({ name, rows, open, loading, current, onToggle }: ListProps) {
  const unread = rows.reduce((sum, row) => sum + row.unread, 0);
  return (
    <details
      class="list"
      open={open}
      onToggle={(event) => onToggle(event.currentTarget.open)}
      data-testid={`list-${name}`}
    >
      <summary>
        <h2>{t(`list.${name}`)}</h2>
        <span class="count">{rows.length}</span>
        {name === "mine" && unread > 0 && <span class="unread">{counted("unread", unread)}</span>}
      </summary>
      {rows.length > 0 ? (
        <ul>
          {rows.map((row, index) => (
            <Row key={row.id} row={row} place={name === "waiting" ? index + 1 : null} current={row.id === current} />
          ))}
        </ul>
      ) : (
        <Empty>{loading ? t("loading") : t(`list.${name}.empty`)}</Empty>
      )}
    </details>
  );
}

function ListsFailed() {
  const workplace = useWorkplace();
  return (
    <div role="alert" class="failure">
      {t("lists.failed")}
      <button type="button" onClick={() => void workplace.refreshLists()}>
        {t("retry")}
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
