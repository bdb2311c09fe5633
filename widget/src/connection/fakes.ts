import { vi } from "vitest";
import type { Desk } from "./desk";
import type { Actor, AnyPayload, ConversationView, Event, FileRef, MessagePosted, ServerFrame, Snapshot } from "./wire";

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
    config: vi.fn<Desk["config"]>(async () => ({ shop: "Nordlicht", privacy_url: "/privacy", service_mail: "service@shop.example", languages: ["de", "en"], file_bytes: 10_485_760 })),
    start: vi.fn<Desk["start"]>(async (_language, _page, token) => {
      started += 1;
      return { conversation_id: `c${started}`, visitor_token: token };
    }),
    events: vi.fn<Desk["events"]>(async () => ({ events: [], earlier: false })),
    ticket: vi.fn<Desk["ticket"]>(async (token) => `ticket for ${token}`),
    upload: vi.fn<Desk["upload"]>(async (_token, file) => fileRef(file.name, { size: file.size })),
    file: vi.fn<Desk["file"]>(async (token, id) => new Blob([`${id} for ${token}`])),
    document: vi.fn<Desk["document"]>(async (token, id) => new Blob([`${id} for ${token}`])),
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
    documents: [],
    files: [],
    cards: [],
    client_id: null,
    masked: false,
    ...rest,
  };
}

export function fileRef(name: string, rest: Partial<FileRef> = {}): FileRef {
  return { id: `file-${name}`, name, media_type: "application/pdf", size: 1000, width: null, height: null, ...rest };
}

export function snapshot(events: readonly Event[] = [], view: Partial<ConversationView> = {}, cursor = 0): Snapshot {
  const last_number = events.at(-1)?.number ?? cursor;
  return { type: "snapshot", conversation: { ...VIEW, ...view }, events, cursor, earlier: false, last_number };
}
