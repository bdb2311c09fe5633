import type { Card, InvoiceCard, OrderCard } from "../connection/wire";

/** What both pages make of a card, whatever a desk newer than them puts on it. Pure functions. */

const ORDER_STATES = ["processing", "shipped", "delivered", "partly_delivered", "lost", "returned", "cancelled"] as const;
const INVOICE_STATES = ["paid", "open", "overdue", "failed"] as const;
export type OrderState = (typeof ORDER_STATES)[number];
export type InvoiceState = (typeof INVOICE_STATES)[number];

/** Null for a state that this page has no words for. */
export const orderState = ({ state }: OrderCard): OrderState | null => ORDER_STATES.find((one) => one === state) ?? null;
export const invoiceState = ({ state }: InvoiceCard): InvoiceState | null =>
  INVOICE_STATES.find((one) => one === state) ?? null;

export type Tone = "good" | "bad" | "plain";

/** Whether all is well. Never told by colour alone: the state's words stand beside it. */
export function toneOf(card: Card): Tone {
  if (card.kind === "order" && card.days_late > 0 && card.state !== "cancelled") return "bad";
  if (card.state === "delivered" || card.state === "paid") return "good";
  return ["lost", "overdue", "failed"].includes(card.state) ? "bad" : "plain";
}

/** The address of a parcel's page if it is a plain web address, else null. */
export function webAddress(address: string | null): string | null {
  if (!address || !URL.canParse(address)) return null;
  const { href, protocol, username, password } = new URL(address);
  const isWeb = protocol === "https:" || protocol === "http:";
  return isWeb && !username && !password ? href : null;
}

/** Noon, so that an ISO day is that day wherever it is read. */
export const noonOf = (isoDay: string): Date => new Date(`${isoDay.slice(0, 10)}T12:00:00`);
