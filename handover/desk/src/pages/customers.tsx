import { useState } from "preact/hooks";
import * as api from "../api";
import { links } from "../state/route";
import { t } from "../texts";
import type { CustomerRow } from "../wire-search";
import { Failure } from "../ui/dialog";
import { Chip, Empty, TrustChip } from "../ui/parts";
import { useFetched } from "../ui/use-fetched";

const PAUSE = 250;

export function CustomersPage() {
  const [query, setQuery] = useState("");
  const { found, error } = useFetched(() => api.customers(query.trim()), [query], PAUSE);

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
      <Failure text={error} />
      <div aria-live="polite">{found && <Found customers={found.customers} />}</div>
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
            <b>{customer.name}</b>
            <span class="quiet">{[customer.number, customer.city].filter(Boolean).join(" · ")}</span>
          </a>
          {!customer.opens && <Chip>{t("reason.needed")}</Chip>}
          <TrustChip trust={customer.trust} />
        </li>
      ))}
    </ul>
  );
}
