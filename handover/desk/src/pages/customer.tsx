import { readable } from "@widget/messages/markdown";
import { useEffect, useState } from "preact/hooks";
import * as api from "../api";
import { CustomerFacts } from "../dossier/customer";
import { ApiError } from "../connection/http";
import { go, links } from "../state/route";
import { t } from "../texts";
import { errorSentence } from "../texts/errors";
import type { CustomerRecord, TimelineEntry } from "../wire-dossier";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip, Empty, TrustChip } from "../ui/parts";
import { useAction } from "../ui/use-action";
import { ReasonDialog } from "./reason-dialog";
import { TimelineLine } from "./timeline-line";

export function CustomerPage({ id }: { id: string }) {
  const [customer, setCustomer] = useState<CustomerRecord | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [asksWhy, setAsksWhy] = useState(false);
  const load = async () => {
    setError(null);
    setAsksWhy(false);
    try {
      setCustomer(await api.customer(id));
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === "reason_needed") setAsksWhy(true);
      else setError(errorSentence(failure));
    }
  };
  useEffect(() => void load(), [id]);

  return (
    <main id="content" class="page customer" tabIndex={-1}>
      <p>
        <a href={links.customers}>{t("customers.back")}</a>
      </p>
      {!customer && <h1 class="sr-only">{t("customer.record")}</h1>}
      {error && <FailedLoad text={error} onRetry={() => void load()} />}
      {!customer && !error && !asksWhy && <Loading lines={8} />}
      {asksWhy && <ReasonDialog id={id} onOpened={() => void load()} onClose={() => go(links.customers)} />}
      {customer && (
        <>
          <header class="page-head">
            <h1 data-testid="customer-name">{readable(customer.name)}</h1>
            <TrustChip trust={customer.trust} />
            {customer.blocked && <Chip kind="bad">{t("customer.blocked")}</Chip>}
          </header>
          <div class="customer-columns">
            <section class="card" aria-label={t("customer.record")}>
              <h2>{t("customer.record")}</h2>
              <CustomerFacts customer={customer} />
            </section>
            <Timeline id={id} />
          </div>
        </>
      )}
    </main>
  );
}

function Timeline({ id }: { id: string }) {
  const [entries, setEntries] = useState<readonly TimelineEntry[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [loaded, setLoaded] = useState(false);
  const action = useAction();

  const load = (before?: string) =>
    action.run(async () => {
      const page = await api.timeline(id, before);
      setEntries((known) => (before ? [...known, ...page.entries] : page.entries));
      setNext(page.next);
      setLoaded(true);
    });
  useEffect(() => void load(), [id]);

  return (
    <section aria-label={t("timeline.title")} aria-busy={action.busy}>
      <h2>{t("timeline.title")}</h2>
      {loaded && entries.length === 0 && <Empty>{t("timeline.none")}</Empty>}
      <ol class="timeline" data-testid="timeline">
        {entries.map((entry) => (
          <TimelineLine key={`${entry.conversation_id}/${entry.number}/${entry.at}/${entry.type}`} entry={entry} />
        ))}
      </ol>
      {!loaded && !action.error && <Loading lines={8} />}
      {action.error && <FailedLoad text={action.error} onRetry={() => void load(loaded ? (next ?? undefined) : undefined)} />}
      {next && (
        <button type="button" disabled={action.busy} onClick={() => void load(next)} data-testid="older">
          {t("timeline.older")}
        </button>
      )}
    </section>
  );
}
