import { readable } from "@widget/messages/markdown";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { listed, type ListName } from "../state/lists";
import { may } from "../state/permissions";
import { go, links } from "../state/route";
import { wishFor } from "../state/wishes";
import { useWorkplace, type Workplace } from "../state/workplace";
import { counted, t } from "../texts";
import { elapsed } from "../texts/format";
import { statusText } from "../texts/routing";
import { available, type Group } from "./commands";
import { fit } from "./fuzzy";
import { keyText } from "./keys";
import { customerName, Empty } from "./parts";

const GROUPS = [
  "offer",
  "conversation",
  "writing",
  "mine",
  "waiting",
  "others",
  "lists",
  "everywhere",
  "pages",
  "team",
  "answers",
  "search",
] as const satisfies readonly (Group | string)[];
type BarGroup = (typeof GROUPS)[number];

interface Item {
  id: string;
  group: BarGroup;
  title: string;
  /** More words by which it is found. */
  words: string;
  /** What stands beside it: a key, a status, how long somebody waits. */
  hint: string;
  key?: string | null;
  run: () => void;
}

/** Rows of one group, and letters from which the full-text search is offered. */
const MOST = 8;
const LEAST = 2;
/** Asked for by typing only: as many would hide the rest. */
const ON_DEMAND: ReadonlySet<BarGroup> = new Set(["others", "answers", "search"]);

/** Everything that can be done and gone to, found by a few letters: keyboard alone, with the focus always in the field. */
export function CommandBar({ onClose }: { onClose: () => void }) {
  const workplace = useWorkplace();
  const [query, setQuery] = useState("");
  /** The chosen one by its id: cases come and go meanwhile, and Enter means what was looked at. */
  const [active, setActive] = useState<string | null>(null);
  const box = useRef<HTMLDialogElement>(null);
  const listId = useId();
  useLayoutEffect(() => {
    box.current?.showModal(); // at once: the next key is meant for it
    if (may(workplace.agent, "serve_conversations")) void workplace.canned.load();
  }, []);
  const groups = grouped(itemsOf(workplace, query), query);
  const items = groups.flatMap((group) => group.items);
  const at = Math.max(0, items.findIndex(({ id }) => id === active));
  const first = items[at]?.id ?? null;
  useLayoutEffect(() => setActive(first), [first, active]);
  const optionId = (index: number) => `${listId}-${index}`;

  /** The dialog gives the focus back before the command may take it elsewhere. */
  function run(item: Item | undefined) {
    if (!item) return;
    box.current?.close();
    onClose();
    item.run();
  }
  function press(event: KeyboardEvent) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: MOST, PageUp: -MOST }[event.key];
    if (event.key === "Enter") run(items[at]);
    else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) box.current?.close();
    else if (step && items.length) setActive(items[moved(at, step, items.length)]!.id);
    else return;
    event.preventDefault();
  }

  return (
    <dialog ref={box} class="command-bar" aria-label={t("bar.title")} onClose={onClose} data-testid="command-bar">
      <input
        type="text"
        role="combobox"
        autofocus
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        aria-label={t("bar.label")}
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={items.length ? optionId(at) : undefined}
        placeholder={t("bar.label")}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(null);
        }}
        onKeyDown={press}
        data-testid="command-query"
      />
      <p role="status" class="sr-only">
        {counted("bar.count", items.length)}
      </p>
      <div class="command-list" id={listId} role="listbox" aria-label={t("bar.title")}>
        {groups.map(({ group, items: own, first }) => (
          <div key={group} role="group" aria-labelledby={`${listId}-${group}`}>
            <div role="presentation" class="command-group" id={`${listId}-${group}`}>
              {t(`bar.group.${group}`)}
            </div>
            {own.map((item, index) => (
              <Option
                key={item.id}
                item={item}
                id={optionId(first + index)}
                isActive={first + index === at}
                onPick={() => run(item)}
              />
            ))}
          </div>
        ))}
      </div>
      {items.length === 0 && <Empty>{t("bar.none")}</Empty>}
      <p class="quiet command-foot">{t("bar.keys")}</p>
    </dialog>
  );
}

const moved = (at: number, step: number, count: number): number =>
  Math.abs(step) === 1 ? (at + step + count) % count : Math.max(0, Math.min(count - 1, at + step));

interface OptionProps {
  item: Item;
  id: string;
  isActive: boolean;
  onPick: () => void;
}

function Option({ item, id, isActive, onPick }: OptionProps) {
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) here.current?.scrollIntoView({ block: "nearest" });
  }, [isActive, id]);
  return (
    <div
      ref={here}
      id={id}
      role="option"
      aria-selected={isActive}
      class="command"
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPick}
      data-testid="command"
      data-id={item.id}
    >
      <span class="command-title">{item.title}</span>
      {item.hint && <span class="quiet">{item.hint}</span>}
      {item.key && <kbd aria-hidden="true">{keyText(item.key)}</kbd>}
    </div>
  );
}

interface Shown {
  group: BarGroup;
  items: Item[];
  /** Place of its first item among all. */
  first: number;
}

/** Without a query in the desk's own order; with one, whatever fits best comes first. */
function grouped(all: readonly Item[], query: string): Shown[] {
  const fits = new Map(all.map((item) => [item, query.trim() ? fit(query, item.title, item.words) : 0]));
  const fitting = all.filter((item) => item.group === "search" || fits.get(item) !== null);
  /** What repeats the query always fits it: the search comes last. */
  const bestOf = (items: Item[]): number => Math.max(...items.map((item) => (item.group === "search" ? 0 : (fits.get(item) ?? 0))));
  const shown = GROUPS.map((group) => {
    const own = fitting.filter((item) => item.group === group && (query.trim() || !ON_DEMAND.has(group)));
    return { group, items: own.sort((one, other) => (fits.get(other) ?? 0) - (fits.get(one) ?? 0)).slice(0, MOST), first: 0 };
  }).filter(({ items }) => items.length > 0);
  shown.sort((one, other) => bestOf(other.items) - bestOf(one.items));
  shown.reduce((first, one) => (one.first = first) + one.items.length, 0);
  return shown;
}

function itemsOf(workplace: Workplace, query: string): Item[] {
  return [
    ...available.value
      .filter(({ id }) => id !== "bar")
      .map(({ id, title, group, key, words, hint, run }) => ({ id, title, group, key, words, hint, run })),
    ...conversations(workplace),
    ...team(workplace),
    ...everything(workplace, query.trim()),
  ];
}

const LISTED: readonly (readonly [ListName, BarGroup])[] = [
  ["mine", "mine"],
  ["waiting", "waiting"],
  ["colleagues", "others"],
  ["bot", "others"],
  ["closed", "others"],
];

function conversations({ rows, agent, open }: Workplace): Item[] {
  return LISTED.flatMap(([name, group]) =>
    listed(rows.value, name, agent.id)
      .filter((row) => row.id !== open.value?.id)
      .map((row) => ({
        id: `conversation.${row.id}`,
        group,
        title: customerName(row),
        words: readable(row.last_text),
        hint: row.waiting_since && row.state === "waiting" ? t("bar.waits", { elapsed: elapsed(row.waiting_since) }) : t(`search.state.${row.state}`),
        run: () => go(links.conversation(row.id)),
      })),
  );
}

function team({ queue, agent }: Workplace): Item[] {
  return (queue.view.value?.agents ?? [])
    .filter((one) => one.id !== agent.id)
    .map((one) => ({
      id: `colleague.${one.id}`,
      group: "team",
      title: readable(one.name),
      words: "",
      hint: t("bar.colleague", { status: statusText(one), load: one.load, limit: one.load_limit }),
      run: () => wishFor({ part: "team" }),
    }));
}

/** What is not among the rows that this page knows, the desk may find. */
function everything({ agent }: Workplace, query: string): Item[] {
  if (query.length < LEAST || !may(agent, "read_conversations")) return [];
  const run = () => wishFor({ part: "search", text: query });
  return [{ id: "search.for", group: "search", title: t("bar.search", { query }), words: "", hint: "", run }];
}
