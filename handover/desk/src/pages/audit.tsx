import { readable } from "@widget/messages/markdown";
import { useEffect, useState } from "preact/hooks";
import * as api from "../api";
import { links } from "../state/route";
import { forCode, t } from "../texts";
import { moment } from "../texts/format";
import type { AuditEntry, AuditKind } from "../wire-search";
import { AgentChoice, Choice, Days } from "../ui/filters";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip, Empty } from "../ui/parts";
import { useAction } from "../ui/use-action";

const KINDS: readonly AuditKind[] = ["reads", "writes", "openings", "log_ins", "refusals"];
const NO_FILTERS = { kind: "", agent_id: "", customer: "", first_day: "", last_day: "" };
type Filters = typeof NO_FILTERS;

const given = (filters: Filters): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value.trim()));

/** Who saw and did what with whose data. */
export function AuditPage() {
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  /** What the entries in sight were asked by: older ones and the file go on from there, whatever is being filled in. */
  const [asked, setAsked] = useState<Filters>(NO_FILTERS);
  const [entries, setEntries] = useState<readonly AuditEntry[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const action = useAction();

  const load = (by: Filters, before?: number) =>
    action.run(async () => {
      const page = await api.audit(given(by), before);
      setAsked(by);
      setEntries((known) => (before && known ? [...known, ...page.entries] : page.entries));
      setNext(page.next);
    });
  useEffect(() => void load(NO_FILTERS), []);

  return (
    <main id="content" class="page" tabIndex={-1}>
      <header class="page-head">
        <h1>{t("nav.audit")}</h1>
        <a href={`/api/audit/export?${new URLSearchParams(given(asked))}`} download data-testid="audit-export">
          {t("audit.export")}
        </a>
      </header>
      <p class="quiet">{t("audit.about")}</p>
      <Form filters={filters} busy={action.busy} onChange={setFilters} onSubmit={() => void load(filters)} />
      {action.error && <FailedLoad text={action.error} onRetry={() => void load(entries ? asked : filters)} />}
      <div aria-busy={action.busy}>
        {!entries && !action.error && <Loading lines={8} />}
        {entries?.length === 0 && <Empty>{t("audit.none")}</Empty>}
        {entries && entries.length > 0 && <Entries entries={entries} />}
      </div>
      {next !== null && (
        <button type="button" disabled={action.busy} onClick={() => void load(asked, next)} data-testid="audit-older">
          {t("audit.older")}
        </button>
      )}
    </main>
  );
}

interface FormProps {
  filters: Filters;
  busy: boolean;
  onChange: (filters: Filters) => void;
  onSubmit: () => void;
}

function Form({ filters, busy, onChange, onSubmit }: FormProps) {
  const change = (part: Partial<Filters>) => onChange({ ...filters, ...part });
  function submitted(event: SubmitEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <form class="audit-filters" onSubmit={submitted} data-testid="audit-filters">
      <Choice
        label={t("audit.kind")}
        name="kind"
        value={filters.kind}
        options={KINDS.map((kind) => [kind, t(`audit.kind.${kind}`)])}
        onChange={(kind) => change({ kind })}
      />
      <AgentChoice label={t("audit.who")} value={filters.agent_id} onChange={(agent_id) => change({ agent_id })} />
      <label>
        {t("audit.customer")}
        <input
          name="customer"
          maxLength={40}
          value={filters.customer}
          onInput={(event) => change({ customer: event.currentTarget.value })}
        />
      </label>
      <Days days={filters} onChange={change} />
      <button type="submit" class="primary" disabled={busy}>
        {t("audit.show")}
      </button>
    </form>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={t("audit.entries")}>
      <table class="audit">
        <thead>
          <tr>
            <th scope="col">{t("audit.at")}</th>
            <th scope="col">{t("audit.who")}</th>
            <th scope="col">{t("audit.what")}</th>
            <th scope="col">{t("audit.whose")}</th>
            <th scope="col">{t("audit.why")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} data-testid="audit-entry" data-action={entry.action}>
              <td>
                <time dateTime={entry.at}>{moment(entry.at)}</time>
              </td>
              <td>{entry.agent_id ? readable(entry.agent_name ?? entry.agent_id) : t("audit.system")}</td>
              <td>
                {forCode("audit.action", entry.action)} {!entry.allowed && <Chip kind="bad">{t("audit.refused")}</Chip>}
              </td>
              <td>
                <Whose entry={entry} />
              </td>
              <td>{entry.why && readable(entry.why)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Whose({ entry: { customer, customer_number, conversation, subject_name } }: { entry: AuditEntry }) {
  return (
    <>
      {subject_name && readable(subject_name)}
      {customer && <a href={links.customer(customer)}>{customer_number ?? customer}</a>}
      {customer && conversation && " · "}
      {conversation && <a href={links.conversation(conversation)}>{t("timeline.conversation")}</a>}
    </>
  );
}
