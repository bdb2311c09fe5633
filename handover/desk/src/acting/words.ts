/** What a request would do, why it cannot be done, and what the agent may say of it: all from the facts that the desk tells. */

import { readable } from "@widget/messages/markdown";
import { dynamic, inLanguage, language, t, type Key } from "../texts";
import { requestName } from "../texts/events";
import { day, money } from "../texts/format";
import type { Language } from "../wire";
import type { AccountFound, AgentRequestKind, Facts, PlanView } from "../wire-acting";
import type { Request } from "./context";

type Values = Record<string, string>;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Facts as they stand in a sentence: `refund_cents` is `{refund}` as money, plain `cents` is `{money}`, ISO days are days. */
export function worded(facts: Facts): Values {
  const currency = String(facts["currency"] ?? "EUR");
  const entries = Object.entries(facts).map(([name, value]): [string, string] => {
    if (typeof value === "number" && name === "cents") return ["money", money(value, currency)];
    if (typeof value === "number" && name.endsWith("_cents")) return [name.slice(0, -6), money(value, currency)];
    if (typeof value === "string" && DAY.test(value)) return [name, day(value)];
    return [name, readable(String(value ?? ""))];
  });
  return Object.fromEntries(entries);
}

/** Kinds without a mail: what they bring comes into the chat. */
const UNMAILED: ReadonlySet<AgentRequestKind> = new Set(["invoice.copy", "order.return_label"]);

/** What happens, a sentence each. */
export function happens({ kind, subject }: Request, facts: Facts, account: AccountFound | null): string[] {
  const values = { number: subject, ...worded(facts) };
  const say = (key: Key, more: Values = {}) => t(key, { ...values, ...more });
  const told = UNMAILED.has(kind) ? [] : [...(isMailed(kind, account) ? [t("acting.mailed")] : []), t("acting.shown")];
  return [...WORDS[kind](facts, say, account?.plans ?? []), ...told];
}

/** Customers without a mail address find it in the chat alone. */
const isMailed = (kind: AgentRequestKind, account: AccountFound | null): boolean =>
  !UNMAILED.has(kind) && Boolean(account?.contact?.email);

type Say = (key: Key, more?: Values) => string;
type Words = (facts: Facts, say: Say, plans: readonly PlanView[]) => string[];

const address = (facts: Facts, prefix = ""): string =>
  readable(`${facts[`${prefix}street`] ?? ""}, ${facts[`${prefix}postcode`] ?? ""} ${facts[`${prefix}city`] ?? ""}`);

const spoken = (facts: Facts, name: string): string => readable(String(facts[`${name}_${language.value}`] ?? ""));

const WORDS: Record<AgentRequestKind, Words> = {
  "order.cancel": (facts, say) => [
    say("acting.does.order.cancel"),
    say(Number(facts["refund_cents"]) > 0 ? "acting.does.order.cancel.paid" : "acting.does.order.cancel.unpaid"),
  ],
  "order.change_address": (facts, say) => [
    say("acting.does.order.change_address", { address: address(facts), old: address(facts, "old_") }),
    say("acting.does.order.change_address.account"),
  ],
  "order.return": (facts, say) => [
    say("acting.does.order.return", { names: spoken(facts, "names") }),
    ...(spoken(facts, "sealed") ? [say("acting.does.order.return.sealed", { sealed: spoken(facts, "sealed") })] : []),
    say(facts["free"] ? "acting.does.order.return.free" : "acting.does.order.return.postage"),
    say(facts["collect_on"] ? "acting.does.order.return.collected" : "acting.does.order.return.label"),
    say("acting.does.order.return.checked"),
  ],
  "order.return_label": (_, say) => [say("acting.does.order.return_label")],
  "invoice.copy": (_, say) => [say("acting.does.invoice.copy")],
  "invoice.dispute": (_, say) => [say("acting.does.invoice.dispute"), say("acting.does.invoice.dispute.back")],
  "invoice.pay_again": (_, say) => [say("acting.does.invoice.pay_again")],
  "payment.change_default": (facts, say) => [
    say("acting.does.payment.change_default"),
    ...(facts["method_before"] ? [say("acting.does.payment.change_default.before")] : []),
  ],
  "subscription.change_plan": planWords,
  "subscription.cancel": (_, say) => [
    say("acting.does.subscription.cancel"),
    say("acting.does.subscription.cancel.document"),
  ],
  "subscription.pause": (_, say) => [say("acting.does.subscription.pause"), say("acting.does.subscription.pause.then")],
  "subscription.resume": (facts, say) => [
    say(`acting.does.subscription.resume.${facts["mode"] as "pause" | "planned_pause" | "cancellation"}`),
  ],
  "contact.change": (facts, say) => [
    facts["part"] === "address"
      ? say("acting.does.contact.change.address")
      : say(facts["after"] ? "acting.does.contact.change.phone" : "acting.does.contact.change.no_phone"),
    ...(facts["before"] ? [say("acting.does.contact.change.before")] : []),
  ],
  "request.undo": (facts, say) => [
    say("acting.does.request.undo", {
      what: requestName(String(facts["undone_kind"]), String(facts["undone_subject"] ?? "")),
    }),
  ],
};

function planWords(facts: Facts, say: Say, plans: readonly PlanView[]): string[] {
  const code = String(facts["to_plan"]);
  const named = { to_plan: readable(plans.find(({ plan }) => plan === code)?.name ?? code) };
  if (facts["direction"] === "stay") return [say("acting.does.subscription.change_plan.stays", named)];
  return [
    say("acting.does.subscription.change_plan", named),
    ...(Number(facts["due_cents"]) > 0 ? [say("acting.does.subscription.change_plan.due")] : []),
  ];
}

/** Why it cannot be done; a rule that this page has no words for is shown as it is. */
export const refusal = (because: string, subject: string, facts: Facts): string =>
  dynamic(`acting.refused.${because}`, { number: subject, ...worded(facts) }, because);

/** What the agent may say of it, in the customer's language. */
export function draftOf(
  { kind, subject }: Request,
  spokenIn: Language,
  reference: string,
  account: AccountFound | null,
): string {
  const done = inLanguage(spokenIn, `acting.draft.${kind}`, { subject, reference });
  return isMailed(kind, account) ? `${done} ${inLanguage(spokenIn, "acting.draft.mailed")}` : done;
}
