import { beforeEach, describe, expect, it } from "vitest";
import { choose } from "../src/texts";
import { timelineSentence } from "../src/texts/timeline";
import type { Actor, Payload } from "../src/wire";
import type { TimelineEntry } from "../src/wire-dossier";

const VISITOR: Actor = { kind: "visitor", id: null, name: null };
const BEN: Actor = { kind: "agent", id: "b", name: "Ben" };
const CREDIT = { amount_cents: 500, currency: "EUR", reason: "late_delivery", subject: "10023" } as const;
const MESSAGE = {
  message_id: "m",
  choices: [],
  choice_taken: null,
  receipt: null,
  wants_feedback: false,
  documents: [],
  files: [],
  cards: [],
  client_id: null,
  masked: false,
};

function entry(data: Payload, actor = VISITOR): TimelineEntry {
  return {
    source: "conversation",
    at: "2026-03-04T10:00:00Z",
    type: data.type,
    data: { ...data },
    conversation_id: "c",
    number: 1,
    actor,
  };
}
const shop = (type: string, data: Record<string, unknown>): TimelineEntry => ({
  source: "shop",
  at: "2026-03-04T10:00:00Z",
  type,
  data,
  conversation_id: null,
  number: null,
  actor: null,
});

/** One of every kind of event; TypeScript asks for a new line here when the contract gets a new event. */
const EVERY: { [T in Payload["type"]]: Extract<Payload, { type: T }> } = {
  "conversation.started": { type: "conversation.started", language: "de", page: "https://shop.example/", consent: null },
  "conversation.language_changed": { type: "conversation.language_changed", language: "en" },
  "message.posted": { type: "message.posted", text: "Hello", ...MESSAGE },
  "message.feedback_given": {
    type: "message.feedback_given",
    message_number: 3,
    helpful: false,
    reason: "outdated",
    comment: "That was last year.",
  },
  "conversation.rated": { type: "conversation.rated", about: "human", score: 5, comment: "Thank you, Ben!" },
  "transcript.sent": { type: "transcript.sent", masked_email: "e•••@example.org" },
  "bot.understood": {
    type: "bot.understood",
    message_number: 2,
    intents: [{ name: "order_status", confidence: 0.93 }],
    entities: [],
    slots: {},
    passages: [],
    search: { decision: "answer", confidence: 0.9, index_version: "v", language: "de" },
    milliseconds: 12,
    aside: false,
  },
  "bot.failed": { type: "bot.failed", message_number: 2 },
  "identity.requested": { type: "identity.requested" },
  "identity.code_sent": {
    type: "identity.code_sent",
    masked_email: "e•••@example.org",
    expires_at: "2026-03-04T10:10:00Z",
  },
  "identity.refused": { type: "identity.refused", reason: "wrong_code", tries_left: 2 },
  "identity.proven": { type: "identity.proven", trust: "code", customer_id: "k", customer_name: "Erika" },
  "handover.requested": { type: "handover.requested", reason: "credit_over_limit", topic: "orders", after_hours: false },
  "handover.given_up": { type: "handover.given_up", by: "visitor" },
  "contact.left": { type: "contact.left", kind: "callback", masked: "+49 ••• 4567", note: "" },
  "contact.settled": { type: "contact.settled", kind: "callback", outcome: "reached" },
  "routing.offered": {
    type: "routing.offered",
    offer_id: "o",
    agent_id: "b",
    agent_name: "Ben",
    expires_at: "2026-03-04T10:00:30Z",
    because: ["specialist", "least_load"],
  },
  "routing.offer_ended": { type: "routing.offer_ended", offer_id: "o", agent_id: "b", result: "declined" },
  "conversation.claimed": { type: "conversation.claimed", agent_id: "b", agent_name: "Ben" },
  "conversation.requeued": { type: "conversation.requeued", reason: "lease_expired" },
  "conversation.transferred": { type: "conversation.transferred" },
  "conversation.taken_over": { type: "conversation.taken_over", agent_id: "b", agent_name: "Ben" },
  "conversation.directed": {
    type: "conversation.directed",
    how: "transfer",
    to_kind: "topic",
    to_id: "billing",
    to_name: "billing",
    from_id: "a",
    from_name: "Anna",
    reason: "Rechnung unklar",
  },
  "conversation.merged": { type: "conversation.merged" },
  "conversation.linked": { type: "conversation.linked", link: "split_from", conversation_id: "c", quoted: [] },
  "conversation.returned": { type: "conversation.returned", outcome: "solved", summary: "All done." },
  "conversation.closed": { type: "conversation.closed", outcome: "solved" },
  "conversation.reopened": { type: "conversation.reopened" },
  "conversation.forgotten": { type: "conversation.forgotten", reason: "retention" },
  "credit.granted": { type: "credit.granted", reference: "G-1", ...CREDIT },
  "credit.proposed": { type: "credit.proposed", decision_id: "d", because: "limit.bot", ...CREDIT },
  "credit.refused": {
    type: "credit.refused",
    decision_id: "d",
    because: "late_delivery.on_time",
    reason: "late_delivery",
    subject: "10031",
  },
  "credit.proposal_decided": { type: "credit.proposal_decided", decision_id: "d", approved: true, note: "" },
  "service.request_made": {
    type: "service.request_made",
    kind: "order.cancel",
    reference: "V-1",
    subject: "10023",
    facts: {},
  },
  "suggestion.used": { type: "suggestion.used", message_number: 9, source: "article", source_id: "paypal", changed: true },
  "conversation.wrapped_up": {
    type: "conversation.wrapped_up",
    ended_number: 9,
    outcome: "solved",
    topic: "orders",
    root_cause: "delivery",
    bot_could: "article_missing",
    article_id: null,
    remark: "was friendly",
  },
  "task.made": {
    type: "task.made",
    task_id: "t1",
    kind: "callback",
    due_at: "2026-03-05T09:00:00Z",
    note: "",
    agent_id: "ben",
    agent_name: "Ben",
  },
  "task.done": { type: "task.done", task_id: "t1", kind: "callback" },
  "task.reopened": { type: "task.reopened", task_id: "t1", kind: "follow_up" },
  "gap.proposed": { type: "gap.proposed", gap_id: "g1", question: "Is my parcel insured?" },
  "service.rendered": {
    type: "service.rendered",
    kind: "order.cancel",
    reference: "V-2",
    subject: "10023",
    documents: [],
  },
  "note.posted": { type: "note.posted", text: "be kind", mentions: [], whisper_to: null },
};

describe.each(["de", "en"] as const)("a step of the timeline in %s", (language) => {
  beforeEach(() => choose(language));

  it.each(Object.values(EVERY))("$type reads as a sentence without holes", (payload) => {
    const sentence = timelineSentence(entry(payload, BEN));
    expect(sentence).not.toBe(payload.type);
    expect(sentence).not.toMatch(/[{}]|undefined|null/);
  });
});

describe("a step of the timeline", () => {
  beforeEach(() => choose("en"));

  it("tells money as money, with its reference", () => {
    expect(timelineSentence(entry(EVERY["credit.granted"]))).toBe(
      "Credit of €5.00 granted: Late delivery, order 10023, reference G-1.",
    );
  });

  it("tells who said what, and who chose what", () => {
    expect(timelineSentence(entry(EVERY["message.posted"], BEN))).toBe("Ben: Hello");
    const sent = { ...MESSAGE, type: "message.posted", text: "", files: [{ id: "f", name: "photo.png", media_type: "image/png", size: 9, width: 1, height: 1 }] } as const;
    expect(timelineSentence(entry(sent, BEN))).toBe("Ben: photo.png");
    const pressed = { ...EVERY["message.posted"], choice_taken: { message_number: 1, choice_id: "a" } };
    expect(timelineSentence(entry(pressed))).toBe("Customer chose: Hello");
  });

  it("knows who ended a conversation, with and without a verdict", () => {
    expect(timelineSentence(entry(EVERY["conversation.closed"], BEN))).toBe("Ben closed the conversation (Solved).");
    expect(timelineSentence(entry({ type: "conversation.closed", outcome: null }))).toBe(
      "The customer ended the conversation.",
    );
  });

  it("tells who was asked, and why they", () => {
    expect(timelineSentence(entry(EVERY["routing.offered"]))).toBe(
      "Ben was asked (a specialist in the topic and has the most room).",
    );
  });

  it("tells why somebody no longer waits", () => {
    const gone = { ...EVERY["handover.given_up"], by: "system" } as const;
    expect(timelineSentence(entry(gone))).toContain("left no contact");
  });

  it("tells what the customer had done, with and without a thing it is about", () => {
    const made = EVERY["service.request_made"];
    expect(timelineSentence(entry(made))).toBe("Done by the customer: Order cancelled (10023), reference V-1.");
    expect(timelineSentence(entry({ ...made, kind: "data.export", subject: "" }))).toBe(
      "Done by the customer: Own data asked for, reference V-1.",
    );
    expect(timelineSentence(entry({ ...made, kind: "kind.of_tomorrow" }))).toContain("kind.of_tomorrow");
  });

  it("tells what the shop told", () => {
    expect(timelineSentence(shop("order.delivered", { order_number: "10023" }))).toBe("Order 10023 was delivered.");
    expect(
      timelineSentence(shop("invoice.issued", { invoice_number: "RE-1", total_cents: 999, currency: "EUR" })),
    ).toBe("Invoice RE-1 for €9.99 was issued.");
    expect(timelineSentence(shop("shop.invented", {}))).toBe("shop.invented");
  });
});
