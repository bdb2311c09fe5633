import { readable } from "@widget/messages/markdown";
import { Acts } from "../acting/acts";
import { useActing } from "../acting/context";
import { forCode, t } from "../texts";
import { day, moment, money } from "../texts/format";
import type { AccountFound, AgentRequestKind } from "../wire-acting";
import type { InvoiceView, OutageView, SubscriptionView } from "../wire-dossier";
import { Chip } from "../ui/parts";
import { Section } from "../ui/section";

const held = ({ number }: SubscriptionView, account: AccountFound | null) =>
  account?.subscriptions.find((one) => one.number === number);

/** As the shop calls it, once the account is here. */
const planName = (each: SubscriptionView, account: AccountFound | null): string =>
  readable(held(each, account)?.plan.name ?? each.plan);

/** What makes sense as it stands; of one that is over, nothing. */
function kindsOf(each: SubscriptionView, account: AccountFound | null): readonly AgentRequestKind[] {
  const now = held(each, account);
  if (!now) return [];
  if (now.state === "cancelled") return ["subscription.resume"];
  if (now.state === "paused") return ["subscription.resume", "subscription.cancel"];
  const pause = now.paused_from ? "subscription.resume" : "subscription.pause";
  return ["subscription.change_plan", pause, "subscription.cancel"];
}

export function Subscriptions({ subscriptions }: { subscriptions: readonly SubscriptionView[] }) {
  const account = useActing()?.account ?? null;
  if (subscriptions.length === 0) return null;
  return (
    <Section title={t("dossier.subscriptions")} name="subscriptions" count={subscriptions.length}>
      <ul class="lines">
        {subscriptions.map((each) => (
          <li key={each.number} data-testid="subscription" data-number={each.number}>
            <span>
              <b>{planName(each, account)}</b> <span class="quiet">{each.number}</span>
            </span>
            <Chip>{forCode("subscription.state", each.state)}</Chip>
            <span class="end">{t("subscription.monthly", { amount: money(each.monthly_cents, each.currency) })}</span>
            <span class="quiet wide">
              {each.ends_on
                ? t("subscription.from_to", { start: day(each.started_on), end: day(each.ends_on) })
                : t("subscription.since", { start: day(each.started_on) })}
            </span>
            <Acts
              label={t("acting.for_subscription", { number: each.number })}
              kinds={kindsOf(each, account)}
              subject={each.number}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The shop says paid, open or failed; open beyond its day is overdue. */
const stateOf = ({ state, is_overdue }: InvoiceView): string => (state === "open" && is_overdue ? "overdue" : state);

const chipOf = (invoice: InvoiceView): string =>
  ({ failed: "bad", overdue: "warn" })[stateOf(invoice)] ?? "plain";

export function Invoices({ invoices }: { invoices: readonly InvoiceView[] }) {
  if (invoices.length === 0) return null;
  return (
    <Section title={t("dossier.invoices")} name="invoices" count={invoices.length}>
      {invoices.map((invoice) => (
        <details class="item" key={invoice.number} data-testid="invoice" data-number={invoice.number}>
          <summary>
            <b>{invoice.number}</b>
            <span class="quiet">{day(invoice.issued_on)}</span>
            <Chip kind={chipOf(invoice)}>{forCode("invoice.state", stateOf(invoice))}</Chip>
            <span class="end">{money(invoice.total_cents, invoice.currency)}</span>
          </summary>
          <p class="quiet">{t("invoice.dates", { issued: day(invoice.issued_on), due: day(invoice.due_on) })}</p>
          <ul class="lines">
            {invoice.lines.map((line, index) => (
              <li key={index}>
                <span>{readable(line.text)}</span>
                <span class="end">{money(line.cents, invoice.currency)}</span>
              </li>
            ))}
          </ul>
          <Acts
            label={t("acting.for_invoice", { number: invoice.number })}
            kinds={invoice.state === "paid" ? ["invoice.copy", "invoice.dispute"] : ["invoice.copy", "invoice.pay_again", "invoice.dispute"]}
            subject={invoice.number}
          />
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
            <span class="wide">{readable(outage.text)}</span>
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
