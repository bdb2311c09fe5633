import { readable } from "@widget/messages/markdown";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api";
import { links } from "../state/route";
import { wish } from "../state/wishes";
import { counted, t } from "../texts";
import { shortMoment } from "../texts/format";
import type { ConversationFound, CustomerRow, HitPart } from "../wire-search";
import { ariaKey } from "../ui/keys";
import { AgentChoice, Choice, Days } from "../ui/filters";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip, customerName, Empty, LanguageChip } from "../ui/parts";
import { useFetched } from "../ui/use-fetched";

const PAUSE = 250;
const SHOWN = 20;
const MOST = 100;
/** Of an order, invoice or customer: typed or pasted in one go, and asked for at once. */
const NUMBER = /^\S*\d{4,}$/;
/** Fewer letters would find everything. */
const LEAST = 2;
const NO_FILTERS = { state: "", agent_id: "", language: "", first_day: "", last_day: "" };
type Filters = typeof NO_FILTERS;
const STATES = ["bot", "waiting", "agent", "closed"] as const;
const LANGUAGES = ["de", "en"] as const;

/** The search over what was said and over customers. While something is looked for, `children` (the lists) make room. */
export function Search({ current, children }: { current: string | null; children: ComponentChildren }) {
  const [text, setText] = useState("");
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wish.value?.part !== "search") return;
    if (wish.value.text !== undefined) setText(wish.value.text);
    wish.value = null;
    field.current?.focus();
    field.current?.select();
  }, [wish.value]);
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
          aria-keyshortcuts={ariaKey("search")}
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
  const active = Object.values(filters).filter(Boolean).length;
  return (
    <details class="search-filters" data-testid="search-filters">
      <summary>{active ? counted("search.filters_on", active) : t("search.filters")}</summary>
      <Choice
        label={t("search.state")}
        name="state"
        value={filters.state}
        options={STATES.map((state) => [state, t(`search.state.${state}`)])}
        onChange={(state) => onChange({ state })}
        testId="search-state"
      />
      <AgentChoice
        label={t("search.agent")}
        value={filters.agent_id}
        onChange={(agent_id) => onChange({ agent_id })}
      />
      <Choice
        label={t("search.language")}
        name="language"
        value={filters.language}
        options={LANGUAGES.map((language) => [language, t(`language.${language}`)])}
        onChange={(language) => onChange({ language })}
      />
      <Days days={filters} onChange={onChange} />
    </details>
  );
}

function Results({ text, filters, current }: { text: string; filters: Filters; current: string | null }) {
  const [limit, setLimit] = useState(SHOWN);
  const given = Object.fromEntries(Object.entries({ query: text, ...filters }).filter(([, value]) => value));
  const asked = JSON.stringify(given);
  useEffect(() => setLimit(SHOWN), [asked]);
  const isShort = text.length < LEAST && text !== "" && Object.keys(given).length === 1;
  const ask = () => (isShort ? Promise.resolve(null) : api.search(given, limit));
  const { found, error, again } = useFetched(ask, [asked, limit], isShort || NUMBER.test(text) ? 0 : PAUSE);

  if (error) return <FailedLoad text={error} onRetry={again} />;
  if (isShort) return <Empty>{t("search.short")}</Empty>;
  const count = found ? found.conversations.length + found.customers.length : 0;
  return (
    <div data-testid="search-results" aria-busy={!found}>
      <p role="status" class="sr-only">
        {found && counted("search.count", count)}
      </p>
      {!found && <Loading lines={4} />}
      {found && count === 0 && <Empty>{t("search.none")}</Empty>}
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
