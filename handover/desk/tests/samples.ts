import type { ConversationSummary, DeskEvent, Payload } from "../src/wire";

export function event(number: number, data: Payload = { type: "bot.failed", message_number: 1 }): DeskEvent {
  return {
    number,
    after: number - 1,
    at: "2026-03-04T10:00:00Z",
    actor: { kind: "visitor", id: null, name: null },
    data,
  };
}

export function message(number: number, text: string): DeskEvent {
  return event(number, {
    type: "message.posted",
    message_id: `m${number}`,
    text,
    choices: [],
    choice_taken: null,
    receipt: null,
    wants_feedback: false,
    documents: [],
    files: [],
    cards: [],
    client_id: null,
    masked: false,
  });
}

export function row(id: string, change: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    id,
    state: "waiting",
    language: "de",
    priority: 0,
    owner_id: null,
    owner_name: null,
    ownership_version: 2,
    customer_id: null,
    customer_name: null,
    trust: "none",
    reason: "visitor_wish",
    waiting_since: "2026-03-04T10:00:00Z",
    started_at: "2026-03-04T09:00:00Z",
    updated_at: "2026-03-04T10:00:00Z",
    last_number: 5,
    last_text: "",
    last_author: "visitor",
    visitor_read: 0,
    staff_read: 0,
    unread: 1,
    outcome: null,
    visitor_online: true,
    topic: null,
    contact: null,
    offered_to: null,
    unanswered_since: null,
    team: null,
    ...change,
  };
}

export const rows = (...all: ConversationSummary[]) => new Map(all.map((each) => [each.id, each]));
