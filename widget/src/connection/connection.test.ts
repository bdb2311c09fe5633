import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connection } from "./connection";
import { Refused, type Desk } from "./desk";
import { ANNA, BOT, event, fakeDesk, FakeSocket, message, snapshot, VISITOR } from "./fakes";
import { Vault } from "./vault";

let desk: ReturnType<typeof fakeDesk>;
let connection: Connection;

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const texts = (): string[] =>
  connection.model.events.flatMap(({ data }) => (data.type === "message.posted" ? [data.text] : []));
const kept = (): string => localStorage.getItem("kulanz") ?? "";

function widget(): Connection {
  return new Connection(desk as unknown as Desk, new Vault(), "de");
}

async function live(...events: Parameters<typeof snapshot>): Promise<FakeSocket> {
  connection.open();
  await settle();
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot(...events));
  return FakeSocket.last;
}

async function again(): Promise<FakeSocket> {
  await vi.advanceTimersByTimeAsync(2_000);
  FakeSocket.last.accept();
  return FakeSocket.last;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.opened = [];
  localStorage.clear();
  desk = fakeDesk();
  connection = widget();
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("first contact", () => {
  test("before it is opened nothing is fetched and nothing is stored", async () => {
    await settle();
    expect(connection.model.connection).toBe("idle");
    expect(desk.start).not.toHaveBeenCalled();
    expect(localStorage.length).toBe(0);
  });

  test("opening begins a conversation, gets a ticket and says hello with it", async () => {
    const socket = await live();
    expect(desk.start).toHaveBeenCalledWith("de", location.origin + location.pathname);
    expect(socket.sent).toEqual([{ type: "hello", ticket: "ticket for token-1", cursor: 0 }]);
    expect(socket.url).not.toContain("ticket");
    expect(connection.model.connection).toBe("live");
  });

  test("a conversation that is kept goes on after a reload", async () => {
    await live();
    connection.stop();
    connection = widget();
    await live();
    expect(desk.start).toHaveBeenCalledTimes(1);
    expect(desk.ticket).toHaveBeenLastCalledWith("token-1");
  });

  test("an unknown token begins a fresh conversation and says so", async () => {
    localStorage.setItem("kulanz", JSON.stringify({ conversation_id: "old", token: "old", outbox: [] }));
    connection = widget();
    desk.ticket.mockRejectedValueOnce(new Refused(401));
    await live();
    expect(connection.model.startedAnew).toBe(true);
    expect(kept()).toContain("token-1");
  });

  test("blocked storage is no hindrance", async () => {
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    });
    connection = widget();
    const socket = await live();
    socket.close();
    await again();
    expect(desk.start).toHaveBeenCalledTimes(1);
  });

  test("storage that belongs to somebody else is left out of account", async () => {
    localStorage.setItem("kulanz", "not ours");
    connection = widget();
    await live();
    expect(desk.start).toHaveBeenCalledTimes(1);
  });
});

describe("events", () => {
  test("an event that is known already is not shown twice", async () => {
    const socket = await live([event(1, message("one"))]);
    socket.say({ type: "event", event: event(2, message("two")) });
    socket.say({ type: "event", event: event(2, message("two")) });
    socket.say({ type: "event", event: event(1, message("one")) });
    expect(texts()).toEqual(["one", "two"]);
  });

  test("a gap makes it ask again from its cursor, and nothing is lost", async () => {
    const socket = await live([event(1, message("one"))]);
    socket.say({ type: "event", event: event(5, message("five"), BOT, 3) });
    expect(texts()).toEqual(["one"]);
    const next = await again();
    expect(next.sent[0]).toMatchObject({ type: "hello", cursor: 1 });
    next.say(snapshot([event(3, message("three"), BOT, 1), event(5, message("five"), BOT, 3)], {}, 1));
    expect(texts()).toEqual(["one", "three", "five"]);
  });

  test("numbers that only the staff may see are no gap", async () => {
    const socket = await live([event(1, message("one"))]);
    socket.say({ type: "event", event: event(4, message("four"), BOT, 1) });
    expect(texts()).toEqual(["one", "four"]);
    expect(connection.model.connection).toBe("live");
  });

  test("a resync replaces what was there", async () => {
    const socket = await live([event(1, message("old"))]);
    socket.say({ type: "resync" });
    socket.say(snapshot([event(1, message("new"))], {}, 0));
    expect(texts()).toEqual(["new"]);
  });

  test("the state follows the events", async () => {
    const socket = await live();
    const states: unknown[] = [];
    const tell = (number: number, data: Parameters<typeof event>[1]): void => {
      socket.say({ type: "event", event: event(number, data, ANNA) });
      states.push([connection.model.view?.state, connection.model.view?.agent_name]);
    };
    tell(1, { type: "handover.requested", reason: "visitor_wish" });
    tell(2, { type: "conversation.claimed", agent_id: "a1", agent_name: "Anna" });
    tell(3, { type: "conversation.requeued", reason: "lease_expired" });
    tell(4, { type: "handover.given_up" });
    tell(5, { type: "conversation.closed", outcome: "solved" });
    tell(6, { type: "conversation.reopened" });
    expect(states).toEqual([
      ["waiting", null],
      ["agent", "Anna"],
      ["waiting", null],
      ["bot", null],
      ["closed", null],
      ["bot", null],
    ]);
  });

  test("the snapshot after a reconnect equals the events that were missed", async () => {
    const missed = [
      event(1, { type: "handover.requested", reason: "visitor_wish" }, VISITOR),
      event(2, { type: "conversation.claimed", agent_id: "a1", agent_name: "Anna" }, ANNA),
      event(3, message("Hallo"), ANNA),
    ];
    const socket = await live();
    for (const one of missed) socket.say({ type: "event", event: one });
    const { view, events, cursor } = connection.model;
    socket.say(snapshot(missed, { state: "agent", agent_name: "Anna" }, 0));
    expect(connection.model).toMatchObject({ view, events, cursor });
  });

  test("a news of a kind nobody knows yet is kept in line and does no harm", async () => {
    const socket = await live();
    socket.say({ type: "event", event: event(1, { type: "something.new" } as never) });
    socket.say({ type: "event", event: event(2, message("two")) });
    expect(connection.model.cursor).toBe(2);
  });
});

describe("a broken line", () => {
  test("it comes back by itself and resumes after the last event", async () => {
    const socket = await live([event(7, message("seven"), BOT, 0)]);
    socket.close();
    expect(connection.model.connection).toBe("offline");
    const next = await again();
    expect(next.sent[0]).toMatchObject({ cursor: 7 });
  });

  test("the pauses grow while the desk is away, and a press cuts them short", async () => {
    desk.ticket.mockRejectedValue(new TypeError("unreachable"));
    connection.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(desk.ticket.mock.calls.length).toBeGreaterThan(3);
    expect(desk.ticket.mock.calls.length).toBeLessThan(12);
    const before = desk.ticket.mock.calls.length;
    connection.retryNow();
    await settle();
    expect(desk.ticket.mock.calls.length).toBe(before + 1);
  });

  test("a socket that fell silent is given up after half a minute", async () => {
    await live();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(connection.model.connection).toBe("live");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(connection.model.connection).not.toBe("live");
  });

  test("a ping is answered and shows that the line is good", async () => {
    const socket = await live();
    await vi.advanceTimersByTimeAsync(20_000);
    socket.say({ type: "ping" });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket.sentOf("pong")).toHaveLength(1);
    expect(connection.model.connection).toBe("live");
  });

  test("after a night with the lid closed it reconnects as soon as the page is seen", async () => {
    await live();
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(FakeSocket.opened).toHaveLength(2);
  });

  test("a late answer of an old attempt opens no second socket", async () => {
    let answer: (ticket: string) => void = () => undefined;
    desk.ticket.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    connection.open();
    await settle();
    dispatchEvent(new Event("offline"));
    dispatchEvent(new Event("online"));
    await settle();
    answer("late");
    await settle();
    expect(FakeSocket.opened).toHaveLength(1);
  });

  test("once stopped, nothing starts again", async () => {
    const socket = await live();
    connection.stop();
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(connection.model.connection).toBe("ended");
    expect(socket.readyState).toBe(3);
    expect(FakeSocket.opened).toHaveLength(1);
  });
});

describe("the outbox", () => {
  test("what is written offline is kept, and sent once under one client id", async () => {
    const socket = await live();
    socket.close();
    connection.send({ type: "message", text: "Hallo" });
    expect(kept()).toContain("Hallo");
    const next = await again();
    expect(next.sentOf("message")).toHaveLength(0);
    next.say(snapshot());
    const [sent] = next.sentOf("message");
    next.say({ type: "ack", client_id: String(sent?.["client_id"]), number: 1 });
    next.close();
    const last = await again();
    last.say(snapshot([event(1, message("Hallo", { client_id: String(sent?.["client_id"]) }), VISITOR)]));
    expect(last.sentOf("message")).toHaveLength(0);
    expect(connection.model.outbox).toEqual([]);
    expect(kept()).not.toContain("Hallo");
  });

  test("without an ack the same client id is sent again", async () => {
    const socket = await live();
    connection.send({ type: "message", text: "Hallo" });
    socket.close();
    const next = await again();
    next.say(snapshot());
    expect(next.sentOf("message")).toEqual(socket.sentOf("message"));
  });

  test("an ack that never comes breaks the line", async () => {
    const socket = await live();
    connection.send({ type: "message", text: "Hallo" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(socket.readyState).toBe(3);
  });

  test("commands go out one by one and in order", async () => {
    const socket = await live();
    connection.send({ type: "message", text: "one" });
    connection.send({ type: "request_human" });
    expect(socket.sentOf("request_human")).toHaveLength(0);
    socket.say({ type: "ack", client_id: String(socket.sent.at(-1)?.["client_id"]), number: 1 });
    expect(socket.sentOf("request_human")).toHaveLength(1);
  });

  test("a message written before the conversation exists survives a reload", async () => {
    connection.open();
    connection.send({ type: "message", text: "too early" });
    await settle();
    expect(kept()).toContain("too early");
    connection.stop();
    connection = widget();
    const socket = await live();
    expect(socket.sentOf("message")).toMatchObject([{ text: "too early" }]);
  });

  test("a refused text stays and can be sent again", async () => {
    const socket = await live();
    connection.send({ type: "message", text: "Hallo" });
    const clientId = String(socket.sent.at(-1)?.["client_id"]);
    socket.say({ type: "error", code: "too_many", text: "", client_id: clientId });
    expect(connection.model.outbox).toMatchObject([{ failed: "too_many" }]);
    connection.retryMessage(clientId);
    expect(socket.sentOf("message")).toHaveLength(2);
  });

  test("a step that events have overtaken is dropped without a word", async () => {
    const socket = await live();
    connection.send({ type: "request_human" });
    const clientId = String(socket.sent.at(-1)?.["client_id"]);
    socket.say({ type: "error", code: "illegal_transition", text: "", client_id: clientId });
    expect(connection.model).toMatchObject({ outbox: [], refused: null });
  });

  test("mail address and code are never stored", async () => {
    const socket = await live();
    socket.close();
    connection.send({ type: "identify", email: "erika@example.org" });
    connection.send({ type: "prove", code: "123456" });
    expect(kept()).not.toMatch(/erika|123456/);
    const next = await again();
    next.say(snapshot());
    expect(next.sentOf("identify")).toHaveLength(1);
  });

  test("in a fresh conversation texts go along, presses on old buttons do not", async () => {
    const socket = await live();
    socket.close();
    connection.send({ type: "message", choice: { message_number: 3, choice_id: "a" } });
    connection.send({ type: "message", text: "Hallo" });
    desk.ticket.mockRejectedValueOnce(new Refused(401));
    const next = await again();
    next.say(snapshot());
    expect(next.sentOf("message")).toMatchObject([{ text: "Hallo" }]);
    expect(next.sentOf("message")).toHaveLength(1);
  });
});

describe("two tabs", () => {
  const otherTabWrote = (): boolean => dispatchEvent(new StorageEvent("storage", { key: "kulanz" }));

  test("what another tab writes is shown here and gets through", async () => {
    const socket = await live();
    const other = new Vault();
    const frame = { type: "message", client_id: "other-tab", text: "from the other tab" } as const;
    other.update((outbox) => [...outbox, { frame, at: "2026-01-05T10:00:00Z", failed: null, number: null }]);
    otherTabWrote();
    expect(socket.sentOf("message")).toMatchObject([{ client_id: "other-tab" }]);
  });

  test("when another tab begins anew this one follows", async () => {
    await live([event(1, message("old"))]);
    new Vault().write({ conversation_id: "c9", token: "token-9", outbox: [] });
    otherTabWrote();
    await settle();
    expect(desk.ticket).toHaveBeenLastCalledWith("token-9");
    expect(texts()).toEqual([]);
    expect(connection.model.startedAnew).toBe(false);
  });
});

describe("signs of life", () => {
  test("typing is told rarely and ends by itself", async () => {
    const socket = await live();
    for (let key = 0; key < 20; key += 1) {
      connection.typed();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(socket.sentOf("typing")).toEqual([{ type: "typing", on: true }]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(socket.sentOf("typing").at(-1)).toEqual({ type: "typing", on: false });
  });

  test("a read mark is sent once", async () => {
    const socket = await live([event(1, message("one"))]);
    connection.read(1);
    connection.read(1);
    expect(socket.sentOf("read")).toEqual([{ type: "read", number: 1 }]);
  });

  test("the typing of others ends with their message", async () => {
    const socket = await live();
    socket.say({ type: "typing_shown", by: "bot", name: null, on: true });
    expect(connection.model.typing).not.toBeNull();
    socket.say({ type: "event", event: event(1, message("one")) });
    expect(connection.model.typing).toBeNull();
  });

  test("the typing of others fades when its end got lost", async () => {
    const socket = await live();
    socket.say({ type: "typing_shown", by: "agent", name: "Anna", on: true });
    await vi.advanceTimersByTimeAsync(9_000);
    socket.say({ type: "typing_shown", by: "agent", name: "Anna", on: true });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(connection.model.typing).not.toBeNull();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(connection.model.typing).toBeNull();
  });

  test("starting over forgets the conversation and begins another one", async () => {
    await live([event(1, message("old"))]);
    connection.startOver();
    await settle();
    expect(desk.start).toHaveBeenCalledTimes(2);
    expect(texts()).toEqual([]);
  });
});
