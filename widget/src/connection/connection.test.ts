import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connection } from "./connection";
import { Refused, type Desk } from "./desk";
import { ANNA, BOT, event, fakeDesk, FakeSocket, message, snapshot, VISITOR } from "./fakes";
import { Vault, type Kept } from "./vault";
import type { EventPage } from "./wire";

let desk: ReturnType<typeof fakeDesk>;
let connection: Connection;

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const texts = (): string[] =>
  connection.model.events.flatMap(({ data }) => (data.type === "message.posted" ? [data.text] : []));
const kept = (): string => localStorage.getItem("kulanz") ?? "";
const secrets = (): Pick<Kept, "token" | "next_token"> => JSON.parse(kept()) as Kept;

const otherTabWrote = (): boolean => dispatchEvent(new StorageEvent("storage", { key: "kulanz" }));

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

/** A small seeded generator, so that a failure can be played again. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.opened = [];
  localStorage.clear();
  sessionStorage.clear();
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
    const [[, , token]] = desk.start.mock.calls as [Parameters<Desk["start"]>];
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(desk.start).toHaveBeenCalledWith("de", location.origin + location.pathname, token, null);
    expect(socket.sent).toEqual([{ type: "hello", ticket: `ticket for ${token}`, cursor: 0, next_token: secrets().next_token }]);
    expect(socket.url).not.toContain("ticket");
    expect(connection.model.connection).toBe("live");
  });

  test("a conversation that is kept goes on after a reload", async () => {
    await live();
    connection.stop();
    connection = widget();
    await live();
    expect(desk.start).toHaveBeenCalledTimes(1);
    expect(desk.ticket.mock.calls[1]).toEqual(desk.ticket.mock.calls[0]);
  });

  test("an unknown token begins a fresh conversation and says so", async () => {
    localStorage.setItem("kulanz", JSON.stringify({ conversation_id: "old", token: "old", outbox: [] }));
    connection = widget();
    desk.ticket.mockRejectedValueOnce(new Refused(401)).mockRejectedValueOnce(new Refused(401));
    await live();
    expect(connection.model.startedAnew).toBe(true);
    expect(kept()).toContain(desk.start.mock.calls[0]?.[2]);
  });

  test("F24: a beginning whose answer is lost is asked for again with the same secret", async () => {
    desk.start.mockRejectedValueOnce(new TypeError("the answer is lost"));
    connection.open();
    await settle();
    expect(kept()).toContain(desk.start.mock.calls[0]?.[2]);
    connection.stop(); // and a reload in the middle changes nothing
    connection = widget();
    await live();
    const sent = desk.start.mock.calls.map(([, , token]) => token);
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
  });

  test("F24: two tabs that open at once, where the browser has no locks, end up in one conversation", async () => {
    vi.stubGlobal("navigator", { ...navigator, locks: undefined });
    const other = widget();
    connection.open();
    other.open();
    await settle();
    expect(new Set(desk.start.mock.calls.map(([, , token]) => token)).size).toBe(1);
    expect(new Set(desk.ticket.mock.calls.map(([token]) => token)).size).toBe(1);
    other.stop();
  });

  test("F24: a tab whose secret was overwritten by another tab goes on with the other's", async () => {
    vi.stubGlobal("navigator", { ...navigator, locks: undefined });
    desk.start.mockImplementationOnce(async (_language, _page, token) => {
      new Vault().write({ conversation_id: null, token: "of-the-other-tab", outbox: [] });
      return { conversation_id: "c0", visitor_token: token };
    });
    await live();
    expect(desk.ticket).toHaveBeenCalledWith("of-the-other-tab");
    expect(desk.ticket).toHaveBeenCalledTimes(1);
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

  test("F89: a library that spoils what is stored is no hindrance", async () => {
    Object.defineProperty(Array.prototype, "toJSON", { value: () => "spoiled", configurable: true });
    try {
      connection.open();
      await settle();
      expect(desk.start).toHaveBeenCalledTimes(1);
      expect(desk.ticket).toHaveBeenCalledTimes(1);
    } finally {
      Reflect.deleteProperty(Array.prototype, "toJSON");
    }
  });

  test("too much at once is told as such, and tried again", async () => {
    desk.start.mockRejectedValueOnce(new Refused(429));
    connection.open();
    await settle();
    expect(connection.model).toMatchObject({ turnedAway: "too_many", connection: "offline" });
    (await again()).say(snapshot());
    expect(connection.model.turnedAway).toBeNull();
  });

  test("storage that belongs to somebody else is left out of account", async () => {
    localStorage.setItem("kulanz", "not ours");
    connection = widget();
    await live();
    expect(desk.start).toHaveBeenCalledTimes(1);
  });
});

describe("F79: the proof of who the visitor is", () => {
  const proven = { type: "identity.proven", trust: "code", customer_id: "c", customer_name: "Erika" } as const;

  test("makes the next secret the key, which was kept before it was told", async () => {
    const socket = await live();
    const { token, next_token } = secrets();
    expect(socket.sent[0]).toMatchObject({ next_token });
    socket.say({ type: "event", event: event(1, proven) });
    expect(secrets()).toMatchObject({ token: next_token, next_token: null });
    expect(next_token).not.toBe(token);
    socket.close();
    const next = await again();
    expect(desk.ticket).toHaveBeenLastCalledWith(next_token);
    expect(next.sent[0]).not.toHaveProperty("next_token");
    expect(connection.model.events).toHaveLength(1);
  });

  test("is found out by the refused old secret when its answer was lost", async () => {
    const socket = await live([event(1, message("one"))]);
    const { next_token } = secrets();
    socket.close();
    desk.ticket.mockRejectedValueOnce(new Refused(401));
    await again();
    expect(desk.ticket).toHaveBeenLastCalledWith(next_token);
    expect(desk.start).toHaveBeenCalledTimes(1);
    expect(texts()).toEqual(["one"]);
    expect(connection.model.startedAnew).toBe(false);
  });

  test("changes nothing for the other tabs, who share the secrets", async () => {
    const socket = await live([event(1, message("one"))]);
    const { next_token } = secrets();
    new Vault().write({ ...(JSON.parse(kept()) as Kept), token: next_token as string, next_token: null });
    otherTabWrote();
    socket.say({ type: "event", event: event(2, proven) });
    expect(connection.model.connection).toBe("live");
    expect(secrets()).toMatchObject({ token: next_token, next_token: null });
    await connection.document("d");
    expect(desk.document).toHaveBeenLastCalledWith(next_token, "d");
  });

  test("is prepared for, too, where an older widget kept a secret", async () => {
    localStorage.setItem("kulanz", JSON.stringify({ conversation_id: "c1", token: "old", outbox: [] }));
    connection = widget();
    const socket = await live();
    expect(socket.sent[0]).toMatchObject({ next_token: secrets().next_token });
    expect(secrets()).toMatchObject({ token: "old", next_token: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });
});

describe("F90: the website's word on who is logged in", () => {
  test("opens the conversation, is told once, and is never stored", async () => {
    connection.identify("signed");
    const socket = await live();
    expect(desk.start.mock.calls[0]?.[3]).toBe("signed");
    const [frame] = socket.sentOf("identify_token");
    expect(frame).toMatchObject({ token: "signed" });
    expect(kept()).not.toContain("signed");
    socket.say({ type: "ack", client_id: frame?.["client_id"] as string, number: 2 });
    expect(connection.model.identity).toBe("accepted");
    socket.close();
    const next = await again();
    next.say(snapshot());
    expect(next.sentOf("identify_token")).toEqual([]);
  });

  test("that the desk does not believe is told to the website, and the chat goes on without it", async () => {
    connection.identify("expired");
    desk.start.mockRejectedValueOnce(new Refused(403));
    connection.open();
    await settle();
    expect(connection.model.identity).toBe("refused");
    await again();
    expect(desk.start.mock.calls.map((call) => call[3])).toEqual(["expired", null]);
    expect(connection.model.turnedAway).toBeNull();
  });

  test("of another customer begins another conversation, without what was written before", async () => {
    const socket = await live([event(1, message("of Erika"))]);
    connection.identify("Jonas");
    connection.send({ type: "message", text: "not for the next one" });
    const [frame] = socket.sentOf("identify_token");
    socket.say({ type: "error", code: "other_customer", text: "", client_id: frame?.["client_id"] as string, retry_seconds: null });
    await again();
    FakeSocket.last.say(snapshot());
    expect(desk.start).toHaveBeenCalledTimes(2);
    expect(desk.start.mock.calls[1]?.[3]).toBe("Jonas");
    expect([texts(), FakeSocket.last.sentOf("message")]).toEqual([[], []]);
  });

  test("that is missing where it is needed says so, and lets in when it comes", async () => {
    desk.start.mockRejectedValueOnce(new Refused(403));
    connection.open();
    await settle();
    expect(connection.model).toMatchObject({ turnedAway: "log_in", connection: "offline" });
    connection.identify("signed");
    await settle();
    FakeSocket.last.accept();
    FakeSocket.last.say(snapshot());
    expect(connection.model).toMatchObject({ turnedAway: null, connection: "live" });
  });

  test("begins anew where the desk no longer lets an earlier conversation in", async () => {
    localStorage.setItem("kulanz", JSON.stringify({ conversation_id: "c0", token: "old", outbox: [] }));
    connection = widget();
    connection.identify("signed");
    desk.ticket.mockRejectedValueOnce(new Refused(403));
    connection.open();
    await settle();
    await again();
    expect(desk.start.mock.calls[0]?.[3]).toBe("signed");
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
    tell(1, { type: "handover.requested", reason: "visitor_wish", topic: null, after_hours: false });
    tell(2, { type: "conversation.claimed", agent_id: "a1", agent_name: "Anna" });
    tell(3, { type: "conversation.requeued", reason: "lease_expired" });
    tell(4, { type: "handover.given_up", by: "visitor" });
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

  test("of a conversation that was forgotten, only its credits stay", async () => {
    const about = { reason: "late_delivery", subject: "10023" } as const;
    const credit = event(2, { type: "credit.granted", reference: "G-1", amount_cents: 500, currency: "EUR", ...about }, BOT);
    const socket = await live([event(1, message("old")), credit], { trust: "code" });
    const forgotten = event(3, { type: "conversation.forgotten", reason: "erasure" }, BOT);
    socket.say({ type: "event", event: forgotten });
    expect(connection.model.events).toEqual([credit, forgotten]);
    expect(connection.model.view).toMatchObject({ state: "closed", trust: "none" });
  });

  test("the snapshot after a reconnect equals the events that were missed", async () => {
    const missed = [
      event(1, { type: "handover.requested", reason: "visitor_wish", topic: null, after_hours: false }, VISITOR),
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

describe("F10: whatever order events come in, the list is the log", () => {
  const log = Array.from({ length: 12 }, (_, at) => event(2 * at + 1, message(`m${at}`), BOT, Math.max(0, 2 * at - 1)));

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("shuffled and doubled, seed %i", async (seed) => {
    const random = mulberry(seed);
    let socket = await live();
    for (let step = 0; step < 60; step += 1) {
      const told = log[Math.floor(random() * log.length)]!;
      if (connection.model.connection === "live") socket.say({ type: "event", event: told });
      if (connection.model.connection === "live") continue;
      socket = await again(); // it missed one, and asks from where it stands
      const cursor = Number(socket.sent[0]?.["cursor"]);
      const known = 1 + Math.floor(random() * log.length);
      const missed = log.slice(0, known).filter(({ number }) => number > cursor);
      socket.say(snapshot(missed, {}, cursor));
    }
    const shown = connection.model.events;
    expect(shown).toEqual(log.slice(0, shown.length));
    expect(shown.length).toBeGreaterThan(0);
  });
});

describe("older events", () => {
  const page = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => event(from + at, message(`m${from + at}`)));
  const numbers = (): number[] => connection.model.events.map(({ number }) => number);

  async function inTheMiddle(): Promise<FakeSocket> {
    const socket = await live();
    socket.say({ ...snapshot(page(101, 103)), earlier: true });
    return socket;
  }

  test("come page by page before what is shown, until there are none", async () => {
    await inTheMiddle();
    desk.events.mockResolvedValueOnce({ events: page(99, 100), earlier: true });
    await connection.loadEarlier();
    expect(desk.events).toHaveBeenCalledWith(expect.any(String), 101);
    expect(numbers()).toEqual([99, 100, 101, 102, 103]);
    desk.events.mockResolvedValueOnce({ events: page(97, 98), earlier: false });
    await connection.loadEarlier();
    await connection.loadEarlier();
    expect(numbers()[0]).toBe(97);
    expect(desk.events).toHaveBeenCalledTimes(2);
    expect(connection.model).toMatchObject({ earlier: false, older: "idle", cursor: 103 });
  });

  test("are asked for once at a time; a failure is told and can be tried again", async () => {
    await inTheMiddle();
    desk.events.mockRejectedValueOnce(new TypeError("unreachable"));
    const asked = [connection.loadEarlier(), connection.loadEarlier()];
    expect(connection.model.older).toBe("loading");
    await Promise.all(asked);
    expect(desk.events).toHaveBeenCalledTimes(1);
    expect(connection.model).toMatchObject({ older: "failed", earlier: true });
    desk.events.mockResolvedValueOnce({ events: page(1, 100), earlier: false });
    await connection.loadEarlier();
    expect(numbers()).toHaveLength(103);
  });

  test("stay through a reconnect that resumes, and go with a resync", async () => {
    const socket = await inTheMiddle();
    desk.events.mockResolvedValueOnce({ events: page(99, 100), earlier: true });
    await connection.loadEarlier();
    socket.close();
    let next = await again();
    next.say(snapshot(page(104, 104), {}, 103));
    expect(numbers()).toEqual([99, 100, 101, 102, 103, 104]);
    expect(connection.model.earlier).toBe(true);
    next.close();
    next = await again();
    next.say({ type: "resync" });
    next.say({ ...snapshot(page(900, 901)), earlier: true });
    expect(numbers()).toEqual([900, 901]);
  });

  test("a page that comes after a resync is left out", async () => {
    const socket = await inTheMiddle();
    let answer: (page: EventPage) => void = () => undefined;
    desk.events.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const asked = connection.loadEarlier();
    socket.say({ ...snapshot(page(900, 901)), earlier: true });
    answer({ events: page(99, 100), earlier: false });
    await asked;
    expect(numbers()).toEqual([900, 901]);
    expect(connection.model.earlier).toBe(true);
  });

  test("of a log that was deleted whole the talk goes on without a break", async () => {
    const socket = await live();
    socket.say({ ...snapshot(), last_number: 999 });
    socket.say({ type: "event", event: event(1000, message("again"), VISITOR, 999) });
    expect(numbers()).toEqual([1000]);
    expect(connection.model.connection).toBe("live");
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

  test("F02: a page that slept for an hour notices by itself within seconds, and resumes by number", async () => {
    await live([event(7, message("seven"), BOT, 0)]);
    vi.setSystemTime(Date.now() + 3_600_000); // timers stood still, the clock did not
    await vi.advanceTimersByTimeAsync(5_000);
    expect(connection.model.connection).not.toBe("live");
    const next = await again();
    expect(next.sent[0]).toMatchObject({ type: "hello", cursor: 7 });
    next.say(snapshot([event(8, message("eight"))], {}, 7));
    expect(texts()).toEqual(["seven", "eight"]);
  });

  test("F21: a clock that is set back costs a reconnect, not the watch over the line", async () => {
    await live();
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(connection.model.connection).not.toBe("live");
  });

  test("F19: when the desk restarts it is back within a second and goes on where it was", async () => {
    const socket = await live([event(7, message("seven"), BOT, 0)]);
    socket.close(); // with 1012
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.last.accept();
    expect(FakeSocket.last.sent[0]).toMatchObject({ cursor: 7 });
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
    socket.say({ type: "error", code: "too_many", text: "", client_id: clientId, retry_seconds: null });
    expect(connection.model.outbox).toMatchObject([{ failed: "too_many" }]);
    connection.retryMessage(clientId);
    expect(socket.sentOf("message")).toHaveLength(2);
  });

  test("who is too quick waits as long as the desk says, and it goes out by itself", async () => {
    const socket = await live();
    connection.send({ type: "message", text: "Hallo" });
    connection.send({ type: "message", text: "Noch etwas" });
    const clientId = String(socket.sent.at(-1)?.["client_id"]);
    socket.say({ type: "error", code: "too_many", text: "", client_id: clientId, retry_seconds: 4 });
    expect(connection.model).toMatchObject({ outbox: [{ failed: null }, {}], pausedUntil: Date.now() + 4_000 });
    await vi.advanceTimersByTimeAsync(3_999);
    expect(socket.sentOf("message")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.sentOf("message").map((frame) => frame["client_id"])).toEqual([clientId, clientId]);
    expect(connection.model.pausedUntil).toBeNull();
  });

  test("what is discarded may be taken back until the next message is written, and is never sent", async () => {
    const socket = await live();
    connection.send({ type: "message", text: "Hallo" });
    const clientId = String(socket.sent.at(-1)?.["client_id"]);
    socket.say({ type: "error", code: "internal", text: "", client_id: clientId, retry_seconds: null });
    connection.discardMessage(clientId);
    connection.restoreMessage(clientId);
    expect(connection.model.outbox).toMatchObject([{ failed: "internal", discarded: false }]);
    connection.discardMessage(clientId);
    connection.retryMessage(clientId);
    expect(socket.sentOf("message")).toHaveLength(1);
    connection.send({ type: "message", text: "Anders" });
    expect(kept()).not.toContain("Hallo");
    expect(socket.sentOf("message").map(({ text }) => text)).toEqual(["Hallo", "Anders"]);
  });

  test("a step that events have overtaken is dropped without a word", async () => {
    const socket = await live();
    connection.send({ type: "request_human" });
    const clientId = String(socket.sent.at(-1)?.["client_id"]);
    socket.say({ type: "error", code: "illegal_transition", text: "", client_id: clientId, retry_seconds: null });
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
    desk.ticket.mockRejectedValueOnce(new Refused(401)).mockRejectedValueOnce(new Refused(401));
    const next = await again();
    next.say(snapshot());
    expect(next.sentOf("message")).toMatchObject([{ text: "Hallo" }]);
    expect(next.sentOf("message")).toHaveLength(1);
  });

  test("a call for a human and the address left with it outlive the conversation they were made in", async () => {
    const socket = await live();
    socket.close();
    connection.send({ type: "request_human" });
    connection.send({ type: "leave_contact", kind: "mail", value: "erika@example.org", note: "" });
    desk.ticket.mockRejectedValueOnce(new Refused(401)).mockRejectedValueOnce(new Refused(401));
    const next = await again();
    next.say(snapshot());
    next.say({ type: "ack", client_id: String(next.sent.at(-1)?.["client_id"]), number: 1 });
    expect(connection.model.startedAnew).toBe(true);
    expect(next.sent.slice(1)).toMatchObject([{ type: "request_human" }, { type: "leave_contact", value: "erika@example.org" }]);
  });
});

describe("two tabs", () => {

  test("what another tab writes is shown here and gets through", async () => {
    const socket = await live();
    const other = new Vault();
    const frame = { type: "message", client_id: "other-tab", text: "from the other tab" } as const;
    other.update((outbox) => [...outbox, { frame, at: "2026-01-05T10:00:00Z", failed: null, number: null }]);
    otherTabWrote();
    expect(socket.sentOf("message")).toMatchObject([{ client_id: "other-tab" }]);
  });

  test("F20: what another tab discards, or tries again, is so here as well", async () => {
    const socket = await live();
    connection.send({ type: "message", text: "Hallo" });
    const clientId = String(socket.sent.at(-1)?.["client_id"]);
    socket.say({ type: "error", code: "internal", text: "", client_id: clientId, retry_seconds: null });
    const inOtherTab = (change: object): void => {
      new Vault().update((outbox) => outbox.map((entry) => ({ ...entry, ...change })));
      otherTabWrote();
    };
    inOtherTab({ discarded: true });
    expect(connection.model.outbox).toMatchObject([{ discarded: true }]);
    inOtherTab({ discarded: false, failed: null });
    expect(socket.sentOf("message").map((frame) => frame["client_id"])).toEqual([clientId, clientId]);
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

describe("the unsent text", () => {
  test("survives a reload of its tab, and is gone with the conversation", async () => {
    await live();
    connection.draft.set("Meine Lampe");
    expect(widget().draft.text).toBe("Meine Lampe");
    expect(kept()).not.toContain("Lampe"); // the other tabs have their own
    connection.startOver();
    expect([widget().draft.text, sessionStorage.length]).toEqual(["", 0]);
  });

  test("where storage is blocked it is kept until the page is left", async () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("blocked", "SecurityError");
    });
    connection.draft.set("Meine Lampe");
    expect(connection.draft.text).toBe("Meine Lampe");
  });
});

describe("an outage", () => {
  test("is counted from its beginning, however often the line is tried, and ends with the snapshot", async () => {
    await live();
    expect(connection.model.downSince).toBeNull();
    const since = Date.now();
    desk.ticket.mockRejectedValue(new TypeError("nobody answers"));
    FakeSocket.last.close();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(connection.model).toMatchObject({ downSince: since, isOnline: true });
    desk.ticket.mockResolvedValue("good");
    connection.retryNow();
    await settle();
    FakeSocket.last.accept();
    expect(connection.model.downSince).toBe(since);
    FakeSocket.last.say(snapshot());
    expect(connection.model.downSince).toBeNull();
  });

  test("of the device is told apart from one of the desk, also when it begins during the other", async () => {
    const network = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
    (await live()).close();
    expect(connection.model.isOnline).toBe(true);
    network.mockReturnValue(false);
    const told = vi.fn();
    connection.subscribe(told);
    dispatchEvent(new Event("offline"));
    expect(told).toHaveBeenCalled();
    expect(connection.model.isOnline).toBe(false);
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

  test("F100: who leaves while the conversation is just being begun begins none, and leaves nothing behind", async () => {
    const begun = vi.mocked(desk.start).getMockImplementation() as Desk["start"];
    let answer = (): void => {};
    desk.start.mockImplementationOnce(async (...asked) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return begun(...asked);
    });
    connection.open();
    await settle();
    await connection.leave();
    answer();
    await settle();
    expect(desk.start).toHaveBeenCalledOnce();
    expect(localStorage.length).toBe(0);
  });

  test("what is uploaded when it stops goes no further", async () => {
    await live();
    let signal: AbortSignal | undefined;
    desk.upload.mockImplementationOnce((_token, _file, _told, given) => new Promise(() => (signal = given)));
    connection.tray.setOpen(true);
    connection.tray.add([new File(["x"], "a.txt")], null);
    await settle();
    connection.stop();
    expect(signal?.aborted).toBe(true);
  });

  test("starting over forgets the conversation and begins another one", async () => {
    await live([event(1, message("old"))]);
    connection.startOver();
    await settle();
    expect(desk.start).toHaveBeenCalledTimes(2);
    expect(texts()).toEqual([]);
  });
});
