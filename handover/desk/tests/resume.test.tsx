import { FakeSocket } from "@widget/connection/fakes";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Messages } from "../src/conversation/messages";
import { OpenConversation } from "../src/state/conversation";
import { listed, LISTS } from "../src/state/lists";
import type { AgentServerFrame, ConversationSummary, DeskEvent } from "../src/wire";
import { answers, asked, box, callsOf, draw, find, refused, texts, useHouse, workplace } from "./house";
import { event, message, row } from "./samples";

useHouse();

const PATH = "/api/conversations/c";
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at, `m${from + at}`));
const numbers = (log: readonly DeskEvent[] | undefined) => log?.map(({ number }) => number);
const opened = (events: DeskEvent[], rest: object = {}) => ({
  summary: row("c", { last_number: events.at(-1)?.number ?? 0 }),
  events,
  cursor: 0,
  earlier: false,
  drafts: {},
  ...rest,
});
const tell = (frame: AgentServerFrame) => FakeSocket.last.say(frame as never);

function lists(rows: Partial<Record<(typeof LISTS)[number], ConversationSummary[]>>): void {
  for (const name of LISTS) {
    const limit = name === "mine" || name === "waiting" ? 200 : 50;
    answers[`GET /api/conversations?view=${name}&limit=${limit}`] = { conversations: rows[name] ?? [] };
  }
}

describe("the desk page after a break", () => {
  beforeEach(() => {
    FakeSocket.opened = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    answers["POST /api/tickets"] = { ticket: "t" };
  });

  async function ready(): Promise<FakeSocket> {
    await vi.waitFor(() => expect(FakeSocket.last?.readyState).toBe(0), 5_000);
    FakeSocket.last.accept();
    tell({ type: "ready", agent_id: "anna" });
    return FakeSocket.last;
  }

  it("F09: shows who has a conversation now, not who had it when the line broke", async () => {
    lists({ waiting: [row("c", { last_number: 5 })] });
    answers[`GET ${PATH}?cursor=0`] = opened(messages(1, 5));
    workplace.start();
    workplace.show("c");
    const socket = await ready();
    await vi.waitFor(() => expect(workplace.open.value?.loading.value).toBe("ready"));

    const taken = row("c", { state: "agent", owner_id: "ben", owner_name: "Ben", ownership_version: 3, last_number: 7 });
    socket.close(); // while it is down Ben takes the case and answers
    lists({}); // and so much else happens that it is on no first page of a list
    answers[`GET ${PATH}?cursor=5`] = opened(messages(6, 7), { summary: taken, cursor: 5 });
    await ready();
    await vi.waitFor(() => expect(numbers(workplace.open.value?.log.value)).toEqual([1, 2, 3, 4, 5, 6, 7]));
    expect(workplace.rows.value.get("c")).toEqual(taken);
    expect(listed(workplace.rows.value, "waiting", "anna")).toEqual([]);
    expect(listed(workplace.rows.value, "colleagues", "anna")).toEqual([taken]);
  });

  it("forgets rows that have left every list meanwhile", async () => {
    lists({ waiting: [row("gone"), row("stays")] });
    workplace.start();
    await ready();
    await vi.waitFor(() => expect([...workplace.rows.value.keys()]).toEqual(["gone", "stays"]));
    lists({ waiting: [row("stays")] });
    tell({ type: "ready", agent_id: "anna" });
    await vi.waitFor(() => expect([...workplace.rows.value.keys()]).toEqual(["stays"]));
  });

  it("F20, F32: brings the drafts of the other screen with the conversation", async () => {
    lists({});
    answers[`GET ${PATH}?cursor=0`] = opened(messages(1, 1), { drafts: { message: "half a sent" } });
    workplace.start();
    workplace.show("c");
    await vi.waitFor(() => expect(workplace.drafts.of("c", "message").value).toBe("half a sent"));
  });

  it("F20: read marks of the other side and of the other screen are shown", async () => {
    lists({ mine: [row("c", { last_number: 5, unread: 2 })] });
    workplace.start();
    await ready();
    await vi.waitFor(() => expect(workplace.rows.value.has("c")).toBe(true));
    tell({ type: "read_shown", conversation_id: "c", by: "visitor", number: 4 });
    tell({ type: "read_shown", conversation_id: "c", by: "staff", number: 5 });
    expect(workplace.rows.value.get("c")).toMatchObject({ visitor_read: 4, staff_read: 5, unread: 0 });
  });
});

describe("F02: a desk page that slept", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.opened = [];
    lists({});
    answers["POST /api/tickets"] = { ticket: "t" };
    workplace.start();
  });

  it("notices within seconds that the clock went on without it, and comes back", async () => {
    await vi.advanceTimersByTimeAsync(0);
    FakeSocket.last.accept();
    tell({ type: "ready", agent_id: "anna" });
    expect(workplace.socket.link.value).toBe("open");
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(FakeSocket.opened).toHaveLength(2);
    expect(FakeSocket.opened[0]?.readyState).toBe(3);
  });

  it("gives up a socket that never answers the hello", async () => {
    await vi.advanceTimersByTimeAsync(40_000);
    expect(FakeSocket.opened.length).toBeGreaterThan(1);
  });
});

describe("the open conversation", () => {
  const told = { known: () => undefined, drafts: () => undefined };

  it("F10: holds each event once and in order, however they arrive", async () => {
    const log = messages(1, 9);
    answers[`GET ${PATH}?cursor=0`] = opened(log.slice(0, 3));
    const open = new OpenConversation("c", told);
    const loading = open.load();
    open.apply(log[4]!); // before it is loaded
    for (let held = 3; held < 9; held += 1) {
      answers[`GET ${PATH}?cursor=${held}`] = opened(log.slice(held, Math.min(held + 2, 9)), { cursor: held });
    }
    await loading;
    for (const at of [4, 8, 1, 5, 5, 7, 0, 8]) open.apply(log[at]!);
    await vi.waitFor(() => expect(numbers(open.log.value)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    open.leave();
  });

  it("replaces what it holds when too much was missed", async () => {
    answers[`GET ${PATH}?cursor=0`] = opened(messages(1, 3));
    const open = new OpenConversation("c", told);
    await open.load();
    answers[`GET ${PATH}?cursor=3`] = opened(messages(901, 903), { earlier: true });
    await open.catchUp();
    expect(numbers(open.log.value)).toEqual([901, 902, 903]);
    expect(open.earlier.value).toBe(true);
    open.leave();
  });

  it("keeps what it holds while the desk cannot be reached", async () => {
    answers[`GET ${PATH}?cursor=0`] = opened(messages(1, 3));
    const open = new OpenConversation("c", told);
    await open.load();
    answers[`GET ${PATH}?cursor=3`] = refused(503, "internal");
    await open.catchUp();
    expect([numbers(open.log.value), open.loading.value]).toEqual([[1, 2, 3], "ready"]);
    open.leave();
  });
});

describe("older messages", () => {
  async function inTheMiddle(): Promise<OpenConversation> {
    answers[`GET ${PATH}?cursor=0`] = opened(messages(901, 902), { earlier: true });
    const open = new OpenConversation("c", { known: workplace.put, drafts: () => undefined });
    await open.load();
    await draw(<Messages open={open} row={row("c")} />);
    return open;
  }
  const button = () => find("earlier")?.querySelector("button");
  const shown = () => texts("message").map((text) => /m\d+/.exec(text ?? "")?.[0]);

  it("do not push the newest out of sight when something takes room from the log", async () => {
    let shrink: (() => void) | null = null;
    class Watching implements ResizeObserver {
      constructor(told: () => void) {
        shrink = told;
      }
      observe() {}
      unobserve() {}
      disconnect() {}
    }
    vi.stubGlobal("ResizeObserver", Watching);
    await inTheMiddle();
    const log = find("messages") as HTMLElement;
    vi.spyOn(log, "scrollHeight", "get").mockReturnValue(900);
    await vi.waitFor(() => expect(shrink).not.toBeNull());
    shrink!();
    expect(log.scrollTop).toBe(900);
    log.scrollTop = 300;
    log.dispatchEvent(new Event("scroll"));
    shrink!();
    expect(log.scrollTop).toBe(300);
  });

  it("come above with the button, which goes when there are none left; nothing is announced", async () => {
    answers[`GET ${PATH}/events?before=901`] = { events: messages(899, 900), earlier: false };
    const open = await inTheMiddle();
    expect(button()?.textContent).toBe("Load earlier messages");
    button()?.click();
    await vi.waitFor(() => expect(shown()).toEqual(["m899", "m900", "m901", "m902"]));
    expect(find("earlier")).toBeNull();
    expect(find("announcer")?.textContent).toBe("");
    open.leave();
  });

  it("from the visitor are announced, and stay so when the desk has understood them", async () => {
    const open = await inTheMiddle();
    open.apply(message(903, "Hello?"));
    await vi.waitFor(() => expect(find("announcer")?.textContent).toContain("Hello?"));
    open.apply(event(904)); // what became of it among the staff
    await draw(<Messages open={open} row={row("c", { unread: 1 })} />);
    expect(open.last.value).toBe(904);
    expect(find("announcer")?.textContent).toContain("Hello?");
    open.leave();
  });

  it("that cannot be had say so, and can be asked for again", async () => {
    answers[`GET ${PATH}/events?before=901`] = refused(503, "internal");
    const open = await inTheMiddle();
    button()?.click();
    await vi.waitFor(() => expect(find("earlier")?.textContent).toContain("could not be loaded"));
    answers[`GET ${PATH}/events?before=901`] = { events: messages(900, 900), earlier: true };
    button()?.click();
    await vi.waitFor(() => expect(shown()).toEqual(["m900", "m901", "m902"]));
    open.leave();
  });

  it("come when the reader scrolls to the top", async () => {
    answers[`GET ${PATH}/events?before=901`] = { events: messages(900, 900), earlier: true };
    const open = await inTheMiddle();
    const list = find("messages")!;
    for (const top of [900, 100]) {
      Object.defineProperty(list, "scrollTop", { value: top, configurable: true, writable: true });
      list.dispatchEvent(new Event("scroll"));
    }
    await vi.waitFor(() => expect(shown()).toHaveLength(3));
    expect(callsOf(`GET ${PATH}/events?before=901`)).toHaveLength(1);
    open.leave();
  });

  it("are fetched as far as a link of the dossier points", async () => {
    for (const first of [901, 801, 701]) {
      answers[`GET ${PATH}/events?before=${first}`] = { events: messages(first - 100, first - 1), earlier: true };
    }
    const open = await inTheMiddle();
    await open.reach(750);
    expect(open.log.value[0]?.number).toBe(701);
    expect(asked.some(({ call }) => call.endsWith("before=701"))).toBe(false);
    await vi.waitFor(() => expect(box.querySelector("#m750")).not.toBeNull());
    open.leave();
  });
});
