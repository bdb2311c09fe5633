import { vi } from "vitest";
import type { Desk } from "./desk";
import type { Actor, AnyPayload, ConversationView, Event, MessagePosted, ServerFrame, Snapshot } from "./wire";

/** For tests: a socket whose other end is the test. */
export class FakeSocket {
  static readonly OPEN = 1;
  static opened: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.opened.at(-1) as FakeSocket;
  }

  readonly sent: Record<string, unknown>[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
  }

  accept(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.();
  }

  sentOf(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame["type"] === type);
  }
}

export function fakeDesk() {
  let started = 0;
  return {
    socketUrl: "ws://desk/ws/visitor",
    config: vi.fn<Desk["config"]>(async () => ({ shop: "Nordlicht", privacy_url: "/privacy", languages: ["de", "en"] })),
    start: vi.fn<Desk["start"]>(async () => {
      started += 1;
      return { conversation_id: `c${started}`, visitor_token: `token-${started}` };
    }),
    ticket: vi.fn<Desk["ticket"]>(async (token) => `ticket for ${token}`),
  };
}

export const VIEW: ConversationView = {
  id: "c1",
  state: "bot",
  language: "de",
  trust: "none",
  agent_name: null,
  visitor_read: 0,
  staff_read: 0,
  identity_step: null,
};

export const BOT: Actor = { kind: "bot", id: null, name: null };
export const ANNA: Actor = { kind: "agent", id: "a1", name: "Anna" };
export const VISITOR: Actor = { kind: "visitor", id: null, name: null };

export function event(number: number, data: AnyPayload, actor: Actor = BOT, after = number - 1): Event {
  return { number, after, at: "2026-01-05T10:00:00Z", actor, data };
}

export function message(text: string, rest: Partial<MessagePosted> = {}): MessagePosted {
  return {
    type: "message.posted",
    message_id: "m",
    text,
    choices: [],
    choice_taken: null,
    receipt: null,
    wants_feedback: false,
    client_id: null,
    masked: false,
    ...rest,
  };
}

export function snapshot(events: readonly Event[] = [], view: Partial<ConversationView> = {}, cursor = 0): Snapshot {
  return { type: "snapshot", conversation: { ...VIEW, ...view }, events, cursor };
}
