import { readable } from "@widget/messages/markdown";
import { counted, forCode, t } from "../texts";
import { day, moment, money } from "../texts/format";
import type { CreditReason } from "../wire";
import { Facts } from "../ui/section";

interface Props {
  /** The facts that the rule saw. */
  inputs: Readonly<Record<string, unknown>>;
  currency: string;
  reason: CreditReason;
}

/** What speaks for a credit and against it, in sentences. */
export function Evidence(props: Props) {
  const sentences = said(props);
  if (!sentences.length) return null;
  return (
    <ul class="evidence" data-testid="evidence">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function said(props: Props): string[] {
  switch (props.reason) {
    case "late_delivery":
      return deliverySaid(props);
    case "damaged_item":
    case "missing_item":
      return itemSaid(props);
    case "outage":
      return outageSaid(props);
    case "billing_error":
      return invoiceSaid(props);
  }
}

const word = (inputs: Props["inputs"], name: string): string => readable(String(inputs[name] ?? ""));
const number = (inputs: Props["inputs"], name: string): number => Number(inputs[name] ?? 0);

/** Of an order in several parcels the day of arrival is the first one's. */
function arrival(inputs: Props["inputs"]): "delivered" | "partly_delivered" | "under_way" {
  if (inputs["order_state"] === "partly_delivered") return "partly_delivered";
  return inputs["delivered_at"] ? "delivered" : "under_way";
}

function deliverySaid({ inputs }: Props): string[] {
  if (!inputs["promised_on"]) return [];
  const delivered = inputs["delivered_at"] ? day(word(inputs, "delivered_at")) : "";
  const told = {
    order_number: word(inputs, "order_number"),
    promised_on: day(word(inputs, "promised_on")),
    delivered_on: delivered,
  };
  const late = number(inputs, "days_late");
  return [
    t(`evidence.says.${arrival(inputs)}`, told),
    ...(late > 0 ? [counted("evidence.says.days_late", late)] : []),
  ];
}

function itemSaid({ inputs, currency }: Props): string[] {
  if (typeof inputs["unit_cents"] !== "number") return deliverySaid({ inputs, currency, reason: "damaged_item" });
  const told = {
    item_sku: word(inputs, "item_sku"),
    state: forCode("item.state", word(inputs, "item_state")),
    price: money(inputs["unit_cents"], currency),
  };
  return [
    t("evidence.says.item", told),
    ...(inputs["item_claimed_before"] ? [t("evidence.says.claimed_before")] : []),
  ];
}

function outageSaid({ inputs, currency }: Props): string[] {
  if (!inputs["outage_started_at"]) return [];
  const told = { service: word(inputs, "service"), started: moment(word(inputs, "outage_started_at")) };
  if (!inputs["outage_ended_at"]) return [t("evidence.says.outage_goes_on", told)];
  const days = number(inputs, "outage_days");
  const monthly = money(number(inputs, "monthly_cents"), currency);
  return [
    t("evidence.says.outage", { ...told, hours: number(inputs, "outage_hours"), longer: number(inputs, "longer_than_hours") }),
    ...(days > 0 ? [counted("evidence.says.outage_worth", days, { monthly })] : []),
  ];
}

const TOO_MUCH = [
  ["after_end_cents", "evidence.says.after_end"],
  ["too_dear_cents", "evidence.says.too_dear"],
  ["twice_cents", "evidence.says.twice"],
] as const;

function invoiceSaid({ inputs, currency }: Props): string[] {
  if (!inputs["issued_on"]) return [];
  const invoice = t("evidence.says.invoice", {
    invoice_number: word(inputs, "invoice_number"),
    issued_on: day(word(inputs, "issued_on")),
    total: money(number(inputs, "total_cents"), currency),
    state: forCode("invoice.state", word(inputs, "invoice_state")),
  });
  const wrong = TOO_MUCH.filter(([name]) => number(inputs, name) > 0);
  return [invoice, ...wrong.map(([name, key]) => t(key, { amount: money(number(inputs, name), currency) }))];
}

/** All of it, name by name. */
export function EvidenceFacts({ inputs, currency }: Omit<Props, "reason">) {
  const text = (name: string) => (inputs[name] == null ? null : readable(String(inputs[name])));
  const cents = (name: string) => (typeof inputs[name] === "number" ? money(inputs[name], currency) : null);
  const date = (name: string) => (typeof inputs[name] === "string" ? day(inputs[name]) : null);
  const state = (prefix: string, name: string) => forCode(prefix, text(name) ?? "");
  return (
    <Facts
      facts={[
        [t("evidence.order_state"), state("order.state", "order_state")],
        [t("evidence.promised_on"), date("promised_on")],
        [t("evidence.delivered_at"), date("delivered_at")],
        [t("evidence.days_late"), text("days_late")],
        [t("evidence.item_sku"), text("item_sku")],
        [t("evidence.item_state"), state("item.state", "item_state")],
        [t("evidence.unit_cents"), cents("unit_cents")],
        [t("evidence.service"), text("service")],
        [t("evidence.outage_started_at"), date("outage_started_at")],
        [t("evidence.outage_hours"), text("outage_hours")],
        [t("evidence.monthly_cents"), cents("monthly_cents")],
        [t("evidence.issued_on"), date("issued_on")],
        [t("evidence.total_cents"), cents("total_cents")],
        [t("evidence.invoice_state"), state("invoice.state", "invoice_state")],
        [t("evidence.after_end_cents"), cents("after_end_cents")],
        [t("evidence.too_dear_cents"), cents("too_dear_cents")],
        [t("evidence.twice_cents"), cents("twice_cents")],
        [t("evidence.limit_cents"), cents("limit_cents")],
      ]}
    />
  );
}
