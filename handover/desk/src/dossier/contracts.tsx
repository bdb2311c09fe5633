import { forCode, t } from "../texts";
import { day, moment, money } from "../texts/format";
import type { InvoiceView, OutageView, SubscriptionView } from "../wire-dossier";
import { Chip } from "../ui/parts";
import { Section } from "../ui/section";

export function Subscriptions({ subscriptions }: { subscriptions: readonly SubscriptionView[] }) {
  if (subscriptions.length === 0) return null;
  return (
    <Section title={t("dossier.subscriptions")} name="subscriptions" count={subscriptions.length}>
      <ul class="lines">
        {subscriptions.map((each) => (
          <li key={each.number}>
            <span>
              <b>{each.plan}</b> <span class="quiet">{each.number}</span>
            </span>
            <Chip>{forCode("subscription.state", each.state)}</Chip>
            <span class="end">{t("subscription.monthly", { amount: money(each.monthly_cents, each.currency) })}</span>
            <span class="quiet wide">
              {each.ends_on
                ? t("subscription.from_to", { start: day(each.started_on), end: day(each.ends_on) })
                : t("subscription.since", { start: day(each.started_on) })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Invoices({ invoices }: { invoices: readonly InvoiceView[] }) {
  if (invoices.length === 0) return null;
  return (
    <Section title={t("dossier.invoices")} name="invoices" count={invoices.length}>
      {invoices.map((invoice) => (
        <details class="item" key={invoice.number}>
          <summary>
            <b>{invoice.number}</b>
            <Chip kind={invoice.state === "failed" ? "bad" : "plain"}>{forCode("invoice.state", invoice.state)}</Chip>
            <span class="end">{money(invoice.total_cents, invoice.currency)}</span>
          </summary>
          <p class="quiet">{t("invoice.dates", { issued: day(invoice.issued_on), due: day(invoice.due_on) })}</p>
          <ul class="lines">
            {invoice.lines.map((line, index) => (
              <li key={index}>
                <span>{line.text}</span>
                <span class="end">{money(line.cents, invoice.currency)}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </Section>
  );
}

export function Outages({ outages }: { outages: readonly OutageView[] }) {
  if (outages.length === 0) return null;
  return (
    <Section title={t("dossier.outages")} name="outages" count={outages.length} open>
      <ul class="lines">
        {outages.map((outage) => (
          <li key={outage.id}>
            <span>
              <b>{outage.service}</b>
            </span>
            <Chip kind={outage.ended_at ? "plain" : "bad"}>{t(outage.ended_at ? "outage.over" : "outage.on")}</Chip>
            <span class="wide">{outage.text}</span>
            <span class="quiet wide">
              {outage.ended_at
                ? t("outage.from_to", { start: moment(outage.started_at), end: moment(outage.ended_at) })
                : t("outage.since", { start: moment(outage.started_at) })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
