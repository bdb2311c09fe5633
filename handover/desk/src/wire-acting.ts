/** What agents do for the customer they serve. Mirrors `handover/contract/acting.py` and what it takes of `selfservice.py` and `turns.py`. */

import type { CreditReason, DocumentRef } from "./wire";
import type { InvoiceView, OutageView } from "./wire-dossier";

export const REQUEST_KINDS = [
  "order.cancel",
  "order.change_address",
  "order.return",
  "order.return_label",
  "invoice.copy",
  "invoice.dispute",
  "invoice.pay_again",
  "payment.change_default",
  "subscription.change_plan",
  "subscription.cancel",
  "subscription.pause",
  "subscription.resume",
  "contact.change",
  "request.undo",
] as const;
export type AgentRequestKind = (typeof REQUEST_KINDS)[number];

/** Numbers, ISO days, cents: what a sentence about it needs. */
export type Facts = Record<string, string | number | boolean | null>;

export interface RequestWished {
  ownership_version: number;
  kind: AgentRequestKind;
  subject: string;
  params: Record<string, string>;
  preview: boolean;
}

export interface CreditWished {
  ownership_version: number;
  reason: CreditReason;
  subject: string;
  item_sku: string | null;
  outage_id: string | null;
  preview: boolean;
}

export interface ServiceAnswered {
  outcome: "offered" | "done" | "already_done" | "refused" | "identity_required" | "not_found" | "stale";
  because: string;
  facts: Facts;
  reference: string | null;
  undo_until: string | null;
  documents: readonly DocumentRef[];
}

export type CreditOutcome =
  | "granted"
  | "already_granted"
  | "proposed"
  | "already_proposed"
  | "refused"
  | "identity_required"
  | "not_found"
  | "stale";

export interface CreditDecided {
  outcome: CreditOutcome;
  amount_cents: number;
  currency: string;
  reference: string | null;
  because: string;
  facts: Facts;
}

export interface ContactDataView {
  number: string;
  name: string;
  email: string | null;
  phone: string | null;
  street: string | null;
  postcode: string | null;
  city: string | null;
}

export interface ConsentView {
  purpose: string;
  given: boolean;
  since: string;
}

export interface BilledInvoice extends InvoiceView {
  subscription: string | null;
  previous: string | null;
}

export interface PaymentView {
  invoice_number: string | null;
  order_number: string | null;
  cents: number;
  currency: string;
  method: string;
  state: "booked" | "failed" | "refunded";
  reason: string | null;
  on: string;
}

export interface PaymentMethodView {
  id: string;
  kind: "card" | "paypal" | "sepa" | "invoice";
  label: string;
  is_default: boolean;
}

export interface PlanView {
  plan: string;
  name: string;
  monthly_cents: number;
  currency: string;
  family: string;
  rank: number;
  can_pause: boolean;
}

export interface SubscriptionStatus {
  number: string;
  plan: PlanView;
  monthly_cents: number;
  currency: string;
  state: "active" | "paused" | "cancelled";
  started_on: string;
  paid_until: string;
  ends_on: string | null;
  next_plan: PlanView | null;
  next_plan_on: string | null;
  paused_from: string | null;
  paused_until: string | null;
}

export interface RefundView {
  reference: string;
  order_number: string | null;
  invoice_number: string | null;
  cents: number;
  currency: string;
  reason: "order_cancelled" | "item_returned" | "double_charge";
  method: string;
  state: "announced" | "paid";
  expected_on: string;
  paid_on: string | null;
  method_kind: PaymentMethodView["kind"] | null;
  days_until_there: readonly [number, number] | null;
  is_overdue: boolean;
}

export interface ReturnView {
  number: string;
  order_number: string;
  items: string;
  names: string;
  reason: string;
  state: "announced" | "received" | "refunded";
  announced_on: string;
  received_on: string | null;
  refund_by: string | null;
  is_collected: boolean;
  is_overdue: boolean;
}

export interface ClaimableView {
  reason: "outage" | "billing_error";
  subject: string;
  outage_id: string | null;
  name: string;
  day: string;
}

export interface RequestView {
  reference: string;
  kind: string;
  subject: string;
  facts: Facts;
  state: "open" | "done" | "undone";
  created_at: string;
  undo_until: string | null;
}

/** Only the parts that an agent needs are filled. */
export interface AccountFound {
  outcome: "found" | "identity_required";
  contact: ContactDataView | null;
  consents: readonly ConsentView[];
  invoices: readonly BilledInvoice[];
  payments: readonly PaymentView[];
  payment_methods: readonly PaymentMethodView[];
  subscriptions: readonly SubscriptionStatus[];
  plans: readonly PlanView[];
  outages: readonly OutageView[];
  refunds: readonly RefundView[];
  returns: readonly ReturnView[];
  requests: readonly RequestView[];
  claimable: readonly ClaimableView[];
}
