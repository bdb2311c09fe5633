import { readable } from "@widget/messages/markdown";
import { useState } from "preact/hooks";
import * as api from "../api";
import { links } from "../state/route";
import { t } from "../texts";
import type { CustomerRow } from "../wire-search";
import { FailedLoad, Loading } from "../ui/loading";
import { Chip, Empty, TrustChip } from "../ui/parts";
import { useFetched } from "../ui/use-fetched";

const PAUSE = 250;

export function CustomersPage() {
  const [query, setQuery] = useState("");
  const { found, error, again } = useFetched(() => api.customers(query.trim()), [query], PAUSE);

  return (
    <main id="content" class="page" tabIndex={-1}>
      <h1>{t("nav.customers")}</h1>
      <search>
        <label>
          {t("customers.search")}
          <input
            type="search"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
            data-testid="customer-search"
          />
        </label>
      </search>
      {error && <FailedLoad text={error} onRetry={again} />}
      <div aria-live="polite">
        {found ? <Found customers={found.customers} /> : !error && <Loading lines={5} />}
      </div>
    </main>
  );
}

function Found({ customers }: { customers: readonly CustomerRow[] }) {
  if (customers.length === 0) return <Empty>{t("customers.none")}</Empty>;
  return (
    <ul class="found">
      {customers.map((customer) => (
        <li key={customer.id}>
          <a href={links.customer(customer.id)} data-testid="customer">
            <b>{readable(customer.name)}</b>
            <span class="quiet">{[customer.number, customer.city].filter(Boolean).join(" · ")}</span>
          </a>
          {!customer.opens && <Chip>{t("reason.needed")}</Chip>}
          <TrustChip trust={customer.trust} />
        </li>
      ))}
    </ul>
  );
}
