import { readable } from "@widget/messages/markdown";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api";
import { links } from "../state/route";
import { useWorkplace } from "../state/workplace";
import { counted, t } from "../texts";
import { errorSentence } from "../texts/errors";
import { shortMoment } from "../texts/format";
import type { ConversationFound, CustomerRow, HitPart, SearchResults } from "../wire-search";
import { Chip, customerName, Empty, LanguageChip } from "../ui/parts";

const PAUSE = 250;
const SHOWN = 20;
const MOST = 100;
/** Fewer letters would find everything. */
const LEAST = 2;
const NO_FILTERS = { state: "", agent_id: "", language: "", first_day: "", last_day: "" };
type Filters = typeof NO_FILTERS;

/** The search over what was said and over customers. While something is looked for, `children` (the lists) make room. */
export function Search({ current, children }: { current: string | null; children: ComponentChildren }) {
  const [text, setText] = useState("");
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.key.toLowerCase() !== "f") return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  const looking = text.trim() !== "" || Object.values(filters).some(Boolean);

  function clear() {
    setText("");
    setFilters(NO_FILTERS);
    field.current?.focus();
  }

  /** Arrows walk through what was found, Escape ends the search. */
  function press(event: KeyboardEvent) {
    if (event.key === "Escape" && looking) {
      event.preventDefault();
      clear();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.target instanceof HTMLSelectElement) return;
      const found = [...(results.current?.querySelectorAll<HTMLElement>("a[href], button") ?? [])];
      const at = found.indexOf(document.activeElement as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (at >= found.length || (at < 0 && document.activeElement === field.current)) return;
      event.preventDefault();
      (found[at] ?? field.current)?.focus();
    }
  }

  return (
    <div class="search" onKeyDown={press}>
      <search>
        <label class="sr-only" for="search-text">
          {t("search.label")}
        </label>
        <input
          id="search-text"
          ref={field}
          type="search"
          maxLength={200}
          placeholder={t("search.placeholder")}
          aria-keyshortcuts="Control+Shift+F"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          data-testid="search"
        />
        <FilterFields filters={filters} onChange={(change) => setFilters({ ...filters, ...change })} />
      </search>
      {looking ? (
        <div ref={results}>
          <button type="button" class="quiet-button" onClick={clear} data-testid="search-clear">
            {t("search.clear")}
          </button>
          <Results text={text.trim()} filters={filters} current={current} />
        </div>
      ) : (
        children
      )}
    </div>
  );
}

function FilterFields({ filters, onChange }: { filters: Filters; onChange: (change: Partial<Filters>) => void }) {
  const { queue } = useWorkplace();
  const set = (name: keyof Filters) => (event: { currentTarget: HTMLInputElement | HTMLSelectElement }) =>
    onChange({ [name]: event.currentTarget.value });
  const active = Object.values(filters).filter(Boolean).length;
  return (
    <details class="search-filters" data-testid="search-filters">
      <summary>{active ? counted("search.filters_on", active) : t("search.filters")}</summary>
      <label>
        {t("search.state")}
        <select value={filters.state} onChange={set("state")} data-testid="search-state">
          <option value="">{t("search.any")}</option>
          {(["bot", "waiting", "agent", "closed"] as const).map((state) => (
            <option key={state} value={state}>
              {t(`search.state.${state}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("search.agent")}
        <select value={filters.agent_id} onChange={set("agent_id")}>
          <option value="">{t("search.any")}</option>
          {(queue.view.value?.agents ?? []).map((agent) => (
            <option key={agent.id} value={agent.id}>
              {agent.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("search.language")}
        <select value={filters.language} onChange={set("language")}>
          <option value="">{t("search.any")}</option>
          <option value="de">{t("language.de")}</option>
          <option value="en">{t("language.en")}</option>
        </select>
      </label>
      <label>
        {t("search.from")}
        <input type="date" value={filters.first_day} onInput={set("first_day")} />
      </label>
      <label>
        {t("search.to")}
        <input type="date" value={filters.last_day} onInput={set("last_day")} />
      </label>
    </details>
  );
}

function Results({ text, filters, current }: { text: string; filters: Filters; current: string | null }) {
  const [found, setFound] = useState<SearchResults | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [limit, setLimit] = useState(SHOWN);
  const [tries, setTries] = useState(0);
  const asked = JSON.stringify([text, filters]);
  useEffect(() => setLimit(SHOWN), [asked]);
  useEffect(() => {
    let isCurrent = true;
    const given = Object.entries({ query: text, ...filters }).filter(([, value]) => value);
    const look = async () => {
      try {
        const results = await api.search(Object.fromEntries(given), limit);
        if (!isCurrent) return;
        setFound(results);
        setError(null);
      } catch (failure) {
        if (isCurrent) setError(errorSentence(failure));
      }
    };
    const timer = setTimeout(() => void look(), PAUSE);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked, limit, tries]);

  if (error) {
    return (
      <div role="alert" class="failure">
        {error}
        <button type="button" onClick={() => setTries(tries + 1)}>
          {t("retry")}
        </button>
      </div>
    );
  }
  const count = found ? found.conversations.length + found.customers.length : 0;
  return (
    <div data-testid="search-results" aria-busy={!found}>
      <p role="status" class="sr-only">
        {found && counted("search.count", count)}
      </p>
      {!found && <Empty>{t("search.looking")}</Empty>}
      {found && count === 0 && <Empty>{t(text && text.length < LEAST ? "search.short" : "search.none")}</Empty>}
      {found && found.customers.length > 0 && <Customers customers={found.customers} />}
      {found && found.conversations.length > 0 && (
        <section aria-label={t("search.conversations")}>
          <h2>{t("search.conversations")}</h2>
          <ul>
            {found.conversations.map((one) => (
              <Found key={one.summary.id} found={one} current={one.summary.id === current} />
            ))}
          </ul>
        </section>
      )}
      {found?.more && limit < MOST && (
        <button type="button" onClick={() => setLimit(limit + SHOWN)} data-testid="search-more">
          {t("search.more")}
        </button>
      )}
      {found?.more && limit >= MOST && <p class="quiet">{t("search.too_many")}</p>}
    </div>
  );
}

function Customers({ customers }: { customers: readonly CustomerRow[] }) {
  return (
    <section aria-label={t("nav.customers")}>
      <h2>{t("nav.customers")}</h2>
      <ul>
        {customers.map((customer) => (
          <li key={customer.id}>
            <a class="row" href={links.customer(customer.id)} data-testid="search-customer">
              <span class="row-name">{readable(customer.name)}</span>
              <span class="row-foot">{[customer.number, customer.city].filter(Boolean).join(" · ")}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Found({ found: { summary, hit }, current }: { found: ConversationFound; current: boolean }) {
  return (
    <li>
      <a
        class="row"
        href={links.conversation(summary.id)}
        aria-current={current ? "true" : undefined}
        data-testid="search-conversation"
        data-id={summary.id}
      >
        <span class="row-name">{customerName(summary)}</span>
        <span class="row-text search-hit">{hit ? <Marked parts={hit.parts} /> : readable(summary.last_text)}</span>
        <span class="row-foot">
          <time dateTime={hit?.at ?? summary.updated_at}>{shortMoment(hit?.at ?? summary.updated_at)}</time>
          <Chip>{t(`search.state.${summary.state}`)}</Chip>
          <LanguageChip language={summary.language} />
          {summary.owner_name && <Chip>{summary.owner_name}</Chip>}
        </span>
      </a>
    </li>
  );
}

/** Text nodes and marks, never HTML: what a visitor wrote stays what it is. */
function Marked({ parts }: { parts: readonly HitPart[] }) {
  return <>{parts.map((part, index) => (part.hit ? <mark key={index}>{readable(part.text)}</mark> : readable(part.text)))}</>;
}
