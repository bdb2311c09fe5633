/** One readable sentence for each kind of event that is not a message; used in conversation and timeline alike. */

import { forCode, t } from ".";
import type { Actor, DeskEvent, Payload } from "../wire";
import { money, percent } from "./format";

export function actorName(actor: Actor): string {
  if (actor.kind === "agent" && actor.name) return actor.name;
  return t(`actor.${actor.kind}`);
}

/** Null for what stands elsewhere: messages, notes. */
export function eventSentence({ data, actor }: Pick<DeskEvent, "data" | "actor">): string | null {
  switch (data.type) {
    case "message.posted":
    case "note.posted":
      return null;
    case "conversation.started":
      return data.page
        ? t("event.started_on", { language: t(`language.${data.language}`), page: data.page })
        : t("event.started", { language: t(`language.${data.language}`) });
    case "conversation.language_changed":
      return t("event.language_changed", { language: t(`language.${data.language}`) });
    case "message.feedback_given":
      return t(data.helpful ? "event.feedback_helpful" : "event.feedback_unhelpful");
    case "bot.understood":
      return understood(data);
    case "bot.failed":
      return t("event.bot_failed");
    case "identity.requested":
      return t("event.identity_requested");
    case "identity.code_sent":
      return t("event.identity_code_sent", { email: data.masked_email });
    case "identity.refused":
      return t(`event.identity_refused.${data.reason}`);
    case "identity.proven":
      return t("event.identity_proven", { name: data.customer_name, trust: t(`trust.${data.trust}`) });
    case "handover.requested":
      return t("event.handover_requested", { reason: t(`reason.${data.reason}`) });
    case "handover.given_up":
      return t("event.given_up");
    case "conversation.claimed":
      return t("event.claimed", { name: data.agent_name });
    case "conversation.requeued":
      return t(`event.requeued.${data.reason}`);
    case "conversation.returned":
      return t("event.returned", {
        name: actorName(actor),
        outcome: t(`outcome.${data.outcome}`),
        summary: data.summary,
      });
    case "conversation.closed":
      if (actor.kind === "visitor") return t("event.closed_by_visitor");
      return data.outcome
        ? t("event.closed", { name: actorName(actor), outcome: t(`outcome.${data.outcome}`) })
        : t("event.closed_plain", { name: actorName(actor) });
    case "conversation.reopened":
      return t("event.reopened");
    default:
      return creditSentence(data);
  }
}

function understood(data: Extract<Payload, { type: "bot.understood" }>): string {
  const best = data.intents[0];
  if (!best) return t("event.understood_nothing");
  return t("event.understood", { intent: intentName(best.name), share: percent(best.confidence) });
}

/** The bot's intents are code names; those this page has no words for are shown as they are. */
export const intentName = (name: string): string => forCode("intent", name, name.replaceAll("_", " "));

/** The rule that decided a credit. */
export const becauseSentence = (because: string): string => forCode("because", because);

type CreditPayload = Extract<
  Payload,
  { type: "credit.granted" | "credit.proposed" | "credit.refused" | "credit.proposal_decided" }
>;

function creditSentence(data: CreditPayload): string {
  if (data.type === "credit.proposal_decided") {
    const verdict = data.approved ? "approved" : "rejected";
    return data.note ? t(`event.credit_${verdict}_note`, { note: data.note }) : t(`event.credit_${verdict}`);
  }
  const about = { reason: t(`credit.reason.${data.reason}`), order: data.order_number };
  if (data.type === "credit.refused") return t("event.credit_refused", about);
  const amount = money(data.amount_cents, data.currency);
  return data.type === "credit.granted"
    ? t("event.credit_granted", { ...about, amount, reference: data.reference })
    : t("event.credit_proposed", { ...about, amount });
}
