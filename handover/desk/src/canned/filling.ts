/**
 * What is left open in a canned answer, and what goes in there. Filled in once, when it is inserted: what a customer has
 * written, their name included, is never looked into for more.
 */

import { readable } from "@widget/messages/markdown";
import type { OpenConversation } from "../state/conversation";
import type { Log } from "../state/log";
import type { Agent, ConversationSummary, Language } from "../wire";
import type { CannedAnswer } from "../wire-canned";
import type { Dossier } from "../wire-dossier";

/** As in `handover/domain/canned.py`. */
export const VARIABLES = [
  "customer.first_name",
  "customer.last_name",
  "customer.name",
  "customer.number",
  "agent.first_name",
  "agent.name",
  "order.number",
] as const;
export type Variable = (typeof VARIABLES)[number];
export type Values = Partial<Record<Variable, string>>;

export interface Hole {
  name: Variable;
  start: number;
  end: number;
}

const HOLE = new RegExp(`\\{(${VARIABLES.map((name) => name.replace(".", "\\.")).join("|")})\\}`, "g");
/** Before the first name of a person. */
const TITLE = /^(?:\p{L}+\.[\s-]*)+/u;

/** What nobody knows stays open. */
export function filled(text: string, values: Values): string {
  return text.replace(HOLE, (hole, name: Variable) => values[name] || hole);
}

/** What is still to be filled in, by place. */
export function holes(text: string): Hole[] {
  return [...text.matchAll(HOLE)].map((hole) => ({
    name: hole[1] as Variable,
    start: hole.index,
    end: hole.index + hole[0].length,
  }));
}

type Known = Pick<Dossier, "customer" | "orders"> & { log: Log };

/** What is known in the open conversation; nothing before its dossier is there. */
export function knownIn(open: Pick<OpenConversation, "dossier" | "log">): Known | null {
  const dossier = open.dossier.peek();
  return dossier && { customer: dossier.customer, orders: dossier.orders, log: open.log.peek() };
}

export function valuesFor(
  agent: Pick<Agent, "name">,
  row: Pick<ConversationSummary, "customer_name">,
  known: Known | null,
): Values {
  const customer = names(row.customer_name ?? "");
  const me = names(agent.name);
  const found = {
    "customer.first_name": customer.first,
    "customer.last_name": customer.last,
    "customer.name": customer.whole,
    "customer.number": known?.customer?.number,
    "agent.first_name": me.first,
    "agent.name": me.whole,
    "order.number": known ? orderInQuestion(known) : undefined,
  } satisfies Record<Variable, string | undefined>;
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value));
}

function names(name: string) {
  const whole = readable(name).replace(/\s+/g, " ").trim();
  const words = whole.replace(TITLE, "").split(" ");
  return { whole, first: words[0], last: words.length > 1 ? words.at(-1) : undefined };
}

/** The customer's order that the visitor named last, or their only one. */
function orderInQuestion({ orders, log }: Known): string | undefined {
  const numbers = orders.map((order) => order.number);
  for (const { actor, data } of log.toReversed()) {
    if (actor.kind !== "visitor" || data.type !== "message.posted") continue;
    const words = new Set(data.text.split(/[^\p{L}\d-]+/u));
    const named = numbers.filter((number) => words.has(number));
    if (named.length) return named.length === 1 ? named[0] : undefined;
  }
  return numbers.length === 1 ? numbers[0] : undefined;
}

/** The text in the customer's language, or in the only one there is. */
export function textFor(answer: CannedAnswer, language: Language): { text: string; language: Language } {
  const own = textIn(answer, language);
  if (own) return { text: own, language };
  const other = language === "de" ? "en" : "de";
  return { text: textIn(answer, other), language: other };
}

function textIn(answer: CannedAnswer, language: Language): string {
  return language === "de" ? answer.text_de : answer.text_en;
}

/** Those that hold every word, those whose name begins so first. */
export function matching(answers: readonly CannedAnswer[], query: string): CannedAnswer[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ name }: CannedAnswer) => {
    const at = name.toLowerCase().indexOf(words[0] ?? "");
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  const holds = ({ name, text_de, text_en }: CannedAnswer) => {
    const all = `${name}\n${text_de}\n${text_en}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return answers.filter(holds).sort((one, other) => rank(one) - rank(other));
}

export interface Asked {
  /** Where the slash stands, and the caret. */
  start: number;
  end: number;
  query: string;
}
const LONGEST = 40;

/** Whether a canned answer is looked for at the caret: a slash begins the line, and what follows it is the query. */
export function askedAt(text: string, caret: number): Asked | null {
  const start = text.lastIndexOf("\n", caret - 1) + 1;
  if (text[start] !== "/" || caret <= start || caret - start > LONGEST) return null;
  return { start, end: caret, query: text.slice(start + 1, caret) };
}
