/** One readable sentence for each kind of event that is not a message; used in conversation and timeline alike. */

import { readable } from "@widget/messages/markdown";
import { dynamic, forCode, t } from ".";
import type { Actor, ConversationDirected, DeskEvent, Payload, ServiceRendered, ServiceRequestMade } from "../wire";
import { moment, money, percent } from "./format";
import { teamName, topicName, whyThem } from "./routing";

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
      return data.helpful ? t("event.feedback_helpful") : unhelpful(data);
    case "conversation.rated":
      return ratedSentence(data);
    case "transcript.sent":
      return t(actor.kind === "agent" ? "event.transcript_sent_by" : "event.transcript_sent", {
        name: actorName(actor),
        email: data.masked_email,
      });
    case "bot.understood":
      return understood(data);
    case "bot.failed":
      return t("event.bot_failed");
    case "identity.requested":
      return actor.kind === "agent"
        ? t("event.identity_requested_by", { name: actorName(actor) })
        : t("event.identity_requested");
    case "identity.code_sent":
      return t("event.identity_code_sent", { email: data.masked_email });
    case "identity.refused":
      return t(`event.identity_refused.${data.reason}`);
    case "identity.proven":
      return t("event.identity_proven", { name: data.customer_name, trust: t(`trust.${data.trust}`) });
    case "handover.requested":
      return t(data.after_hours ? "event.handover_requested_closed" : "event.handover_requested", {
        reason: t(`reason.${data.reason}`),
      });
    case "handover.given_up":
      return t(data.by === "system" ? "event.given_up_gone" : "event.given_up");
    case "contact.left":
      return contactSentence(data);
    case "contact.settled":
      return t(actor.name ? "event.contact_settled_by" : "event.contact_settled", {
        wish: t(`contact.wish.${data.kind}`),
        outcome: t(`contact.outcome.${data.outcome}`),
        name: actor.name ?? "",
      });
    case "routing.offered":
      return data.because.length
        ? t("event.offered_why", { name: data.agent_name, why: whyThem(data.because) })
        : t("event.offered", { name: data.agent_name });
    case "routing.offer_ended":
      return t(`event.offer_ended.${data.result}`);
    case "conversation.claimed":
      return t("event.claimed", { name: data.agent_name });
    case "conversation.requeued":
      return t(`event.requeued.${data.reason}`);
    case "conversation.transferred":
      return t("event.transferred", { name: actorName(actor) });
    case "conversation.taken_over":
      return t("event.taken_over", { name: data.agent_name });
    case "conversation.directed":
      return directedSentence(data, actorName(actor));
    case "conversation.merged":
      return t("event.merged");
    case "conversation.linked":
      return t(`event.linked.${data.link}`);
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
    case "conversation.wrapped_up":
      return wrappedUpSentence(data, actorName(actor));
    case "task.made":
      return taskMadeSentence(data, actorName(actor));
    case "task.done":
      return t("event.task_done", { kind: t(`task.kind.${data.kind}`), name: actorName(actor) });
    case "task.reopened":
      return t("event.task_reopened", { kind: t(`task.kind.${data.kind}`), name: actorName(actor) });
    case "gap.proposed":
      return t("event.gap_proposed", { name: actorName(actor), question: readable(data.question) });
    case "conversation.reopened":
      return t("event.reopened");
    case "conversation.forgotten":
      return t(`event.forgotten.${data.reason}`);
    case "suggestion.used":
      return t(data.changed ? "event.suggestion_used_changed" : "event.suggestion_used", {
        source: forCode("drafts.kind", data.source),
      });
    case "service.request_made":
      return requestSentence(data);
    case "service.rendered":
      return renderedSentence(data, actor);
    default:
      return creditSentence(data);
  }
}

/** Who moved the case where; the reason is a colleague's, in their words. */
function directedSentence(data: ConversationDirected, by: string): string {
  const { how, to_kind: kind, from_name: from } = data;
  const key = how === "transfer" ? `event.transfer.${kind}` : from ? `event.${how}.from` : `event.${how}.waiting`;
  const to = kind === "topic" ? topicName(data.to_id) : kind === "team" ? teamName(data.to_id) : data.to_name;
  const said = dynamic(key, { by, to, from: from ?? "" });
  const reason = readable(data.reason);
  return reason ? t("event.directed_because", { said, reason }) : said;
}

function unhelpful({ reason, ...said }: Extract<Payload, { type: "message.feedback_given" }>): string {
  const comment = readable(said.comment);
  if (!reason) return comment ? t("event.feedback_unhelpful_comment", { comment }) : t("event.feedback_unhelpful");
  const why = t(`feedback_reason.${reason}`);
  return comment
    ? t("event.feedback_unhelpful_both", { reason: why, comment })
    : t("event.feedback_unhelpful_reason", { reason: why });
}

function ratedSentence({ about, score, ...said }: Extract<Payload, { type: "conversation.rated" }>): string {
  const comment = readable(said.comment);
  const word = forCode("rating", String(score));
  return comment
    ? t(`event.rated.${about}_comment`, { score, word, comment })
    : t(`event.rated.${about}`, { score, word });
}

function wrappedUpSentence(said: Extract<Payload, { type: "conversation.wrapped_up" }>, name: string): string {
  const words = {
    name,
    outcome: t(`outcome.${said.outcome}`),
    cause: t(said.root_cause ? `cause.${said.root_cause}` : "wrap_up.not_judged"),
    verdict: t(said.bot_could ? `verdict.${said.bot_could}` : "wrap_up.not_judged"),
    remark: readable(said.remark),
  };
  return t(said.remark ? "event.wrapped_up_remark" : "event.wrapped_up", words);
}

function taskMadeSentence(task: Extract<Payload, { type: "task.made" }>, name: string): string {
  const kind = t(`task.kind.${task.kind}`);
  const words = { kind, name, moment: moment(task.due_at), note: readable(task.note), whose: task.agent_name ?? "" };
  if (task.agent_name) return t(task.note ? "event.task_made_for_note" : "event.task_made_for", words);
  return t(task.note ? "event.task_made_note" : "event.task_made", words);
}

function contactSentence({ kind, masked, note }: Extract<Payload, { type: "contact.left" }>): string {
  const wish = t(`contact.wish.${kind}`);
  return note ? t("event.contact_left_note", { wish, masked, note }) : t("event.contact_left", { wish, masked });
}

function understood(data: Extract<Payload, { type: "bot.understood" }>): string {
  const best = data.intents[0];
  if (!best) return t("event.understood_nothing");
  return t("event.understood", { intent: intentName(best.name), share: percent(best.confidence) });
}

/** The bot's intents are code names; those this page has no words for are shown as they are. */
export const intentName = (name: string): string => forCode("intent", name, name.replaceAll("_", " "));

/** The rule that decided a credit. */
export const becauseSentence = (because: string): string =>
  forCode("because", because, because.startsWith("cap.") ? t("because.cap", { cap: because.slice(4) }) : because);

/** What the customer had done without a human; a kind that this page has no words for is shown as it is. */
function requestSentence({ kind, subject, reference }: ServiceRequestMade): string {
  const what = forCode("request", kind);
  return subject
    ? t("event.request_made_about", { what, subject, reference })
    : t("event.request_made", { what, reference });
}

/** What somebody of the staff did for the customer, who sees it as a card. */
function renderedSentence({ kind, subject, reference }: ServiceRendered, actor: Actor): string {
  const told = { name: actorName(actor), what: forCode("request", kind), subject, reference };
  return t(subject ? "event.rendered_about" : "event.rendered", told);
}

/** What was done, by its code; with the number it is about. */
export function requestName(kind: string, subject: string): string {
  const what = forCode("request", kind);
  return subject ? t("acting.request_line", { what, subject: readable(subject) }) : what;
}

type CreditPayload = Extract<
  Payload,
  { type: "credit.granted" | "credit.proposed" | "credit.refused" | "credit.proposal_decided" }
>;

function creditSentence(data: CreditPayload): string {
  if (data.type === "credit.proposal_decided") {
    const verdict = data.approved ? "approved" : "rejected";
    return data.note ? t(`event.credit_${verdict}_note`, { note: data.note }) : t(`event.credit_${verdict}`);
  }
  const about = t(`credit.about.${data.reason}`, { subject: data.subject });
  if (data.type === "credit.refused") return t("event.credit_refused", { about });
  const amount = money(data.amount_cents, data.currency);
  return data.type === "credit.granted"
    ? t("event.credit_granted", { about, amount, reference: data.reference })
    : t("event.credit_proposed", { about, amount });
}
