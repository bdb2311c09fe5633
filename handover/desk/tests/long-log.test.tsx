import { beforeEach, describe, expect, it, vi } from "vitest";
import { Messages } from "../src/conversation/messages";
import { SplitDialog } from "../src/conversation/split-dialog";
import { OpenConversation } from "../src/state/conversation";
import { factsOf, KEPT, MOST, shortened } from "../src/state/log";
import type { ConversationSummary, DeskEvent } from "../src/wire";
import { answers, asked, box, callsOf, draw, find, refused, soon, useHouse, workplace } from "./house";
import { event, message, row } from "./samples";

useHouse();

const PATH = "/api/conversations/c";
const FIRST = 1_001;
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at, `m${from + at}`));
const through = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const held = (open: OpenConversation) => open.log.value.map(({ number }) => number);
const drawn = () => [...box.querySelectorAll<HTMLElement>('[data-testid="message"]')].map((line) => Number(line.dataset.number));

/** An open case whose last event is `FIRST`, read by a colleague at its end; older ones can be had by pages of 100. */
async function opened(change: Partial<ConversationSummary> = {}): Promise<OpenConversation> {
  const shown = row("c", { last_number: FIRST, unread: 0, ...change });
  answers[`GET ${PATH}?cursor=0`] = {
    summary: shown,
    events: [message(FIRST, `m${FIRST}`)],
    cursor: 0,
    earlier: true,
    drafts: {},
  };
  for (let before = FIRST + MOST; before > 100; before -= 1)
    answers[`GET ${PATH}/events?before=${before}`] = { events: messages(before - 100, before - 1), earlier: before > 101 };
  const open = new OpenConversation("c", { known: workplace.put, drafts: () => undefined });
  await open.load();
  await draw(<Messages open={open} row={shown} />);
  await settled();
  return open;
}
/** What effects have to do is done some frames after a drawing. */
const settled = () => new Promise((done) => setTimeout(done, 150));
/** How far down the log is scrolled; a line takes 50 px of it, and 500 px are in sight. */
const list = () => find("messages") as HTMLElement;
function layOut(): void {
  vi.spyOn(list(), "clientHeight", "get").mockReturnValue(500);
  vi.spyOn(list(), "scrollHeight", "get").mockImplementation(() => 50 * drawn().length);
}
function scroll(top: number): void {
  list().scrollTop = top;
  list().dispatchEvent(new Event("scroll"));
}
const tell = (open: OpenConversation, events: readonly DeskEvent[]) => events.forEach((one) => open.apply(one));

beforeEach(() => vi.spyOn(document, "hasFocus").mockReturnValue(true));

describe("the log of a long talk", () => {
  it("holds its last events while its end is read, and pages back without gap or double", async () => {
    const open = await opened();
    const last = FIRST + 1_000;
    for (const one of messages(FIRST + 1, last)) {
      open.apply(one);
      if (one.number % 50 === 0) await soon(() => expect(drawn().at(-1)).toBe(one.number));
    }
    await soon(() => expect(held(open).length).toBeLessThanOrEqual(MOST));
    const first = held(open)[0]!;
    expect(held(open)).toEqual(through(first, last));
    await soon(() => expect(drawn()).toEqual(held(open)));
    await settled();
    expect([open.earlier.value, find("earlier")]).not.toContain(null);
    answers[`GET ${PATH}/events?before=${first}`] = { events: messages(first - 100, first - 1), earlier: true };
    await open.loadEarlier();
    expect(held(open)).toEqual(through(first - 100, last));
    open.leave();
  });

  it("goes on as it was: what follows joins, what is older than it joins only with its page", async () => {
    const open = await opened();
    tell(open, messages(FIRST + 1, FIRST + MOST));
    await soon(() => expect(open.log.value).toHaveLength(KEPT));
    const before = asked.length;
    open.apply(message(FIRST, "told twice"));
    open.apply(message(FIRST + MOST, "told twice"));
    open.apply(message(FIRST + MOST + 1, "next"));
    expect(held(open)).toEqual(through(FIRST + MOST - KEPT + 1, FIRST + MOST + 1));
    expect(asked.slice(before).filter(({ call }) => call.includes("cursor"))).toEqual([]);
    open.leave();
  });

  it("stays whole while the reader is further up, keeps their place, and is cut once they are back", async () => {
    const open = await opened();
    tell(open, messages(FIRST + 1, FIRST + 390));
    await soon(() => expect(drawn()).toHaveLength(391));
    layOut();
    scroll(2_000);
    tell(open, messages(FIRST + 391, FIRST + 450));
    await soon(() => expect(drawn()).toHaveLength(451));
    expect([open.log.value.length, list().scrollTop]).toEqual([451, 2_000]);
    await open.loadEarlier();
    await soon(() => expect(drawn()).toHaveLength(551));
    expect(list().scrollTop).toBe(2_000 + 100 * 50);
    scroll(551 * 50 - 500);
    await soon(() => expect(drawn()).toEqual(through(FIRST + 450 - KEPT + 1, FIRST + 450)));
    expect(list().scrollTop).toBe(KEPT * 50);
    list().dispatchEvent(new Event("scroll")); // as the browser tells that the page has moved it
    expect(callsOf(`GET ${PATH}/events?before=${FIRST + 450 - KEPT + 1}`)).toEqual([]);
    open.leave();
  });

  it("stays whole while nobody looks at the page, and while words are marked to be copied", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(false);
    const open = await opened();
    tell(open, messages(FIRST + 1, FIRST + MOST));
    await soon(() => expect(drawn()).toHaveLength(MOST + 1));
    await settled();
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const marked = vi.spyOn(globalThis, "getSelection").mockReturnValue({ isCollapsed: false } as Selection);
    dispatchEvent(new Event("focus"));
    expect(open.log.value).toHaveLength(MOST + 1);
    marked.mockRestore();
    dispatchEvent(new Event("focus"));
    expect(open.log.value).toHaveLength(KEPT);
    open.leave();
  });

  it("keeps what its agent has not read", async () => {
    const mine = { state: "agent", owner_id: "anna", staff_read: FIRST + 20, unread: 381 } as const;
    const open = await opened(mine);
    tell(open, messages(FIRST + 1, FIRST + MOST));
    await soon(() => expect(drawn()).toHaveLength(MOST + 1));
    await draw(<Messages open={open} row={row("c", { ...mine, staff_read: FIRST + 50 })} />);
    await soon(() => expect(held(open)[0]).toBe(FIRST + 51));
    tell(open, messages(FIRST + MOST + 1, FIRST + MOST + 80));
    await draw(<Messages open={open} row={row("c", { ...mine, staff_read: FIRST + MOST + 80, unread: 0 })} />);
    await soon(() => expect(open.log.value).toHaveLength(KEPT));
    open.leave();
  });

  it("keeps the line above what is new where it belongs", async () => {
    const open = await opened({ staff_read: FIRST });
    const visitors = messages(FIRST + 1, FIRST + MOST);
    tell(open, visitors.slice(0, 100));
    await soon(() => expect(box.querySelector(".new-line + *")?.id).toBe(`m${FIRST + 1}`));
    tell(open, visitors.slice(100));
    await soon(() => expect(drawn()).toHaveLength(KEPT));
    expect(box.querySelector(".new-line")).toBeNull();
    open.leave();
  });

  it("is not cut under a dialog that shows it, nor while it goes back to a place", async () => {
    const open = await opened();
    workplace.open.value = open;
    tell(open, messages(FIRST + 1, FIRST + 390));
    await draw(<SplitDialog row={row("c", { trust: "login" })} onClose={() => undefined} />);
    await soon(() => expect(find("split-message")).not.toBeNull());
    tell(open, messages(FIRST + 391, FIRST + 450));
    open.shorten(FIRST + 450);
    expect(open.log.value).toHaveLength(451);
    await draw(null);
    const there = open.reach(FIRST - 150);
    open.shorten(FIRST + 450);
    await there;
    expect(held(open)).toEqual(through(FIRST - 200, FIRST + 450));
    open.shorten(FIRST + 450);
    expect(open.log.value).toHaveLength(KEPT);
    workplace.open.value = null;
    open.leave();
  });

  it("goes back to a place while an older page is on its way, or fails to come", async () => {
    const open = await opened();
    const page = open.loadEarlier();
    await Promise.all([page, open.reach(FIRST - 150)]);
    expect(held(open)[0]).toBe(FIRST - 200);
    expect(callsOf(`GET ${PATH}/events?before=${FIRST}`)).toHaveLength(1);
    answers[`GET ${PATH}/events?before=${FIRST - 200}`] = refused(503, "internal");
    await open.reach(1);
    expect([open.older.value, held(open)[0]]).toEqual(["failed", FIRST - 200]);
    open.leave();
  });

  it("is gone back into by a link that was followed before", async () => {
    const open = await opened();
    const link = document.body.appendChild(document.createElement("a"));
    link.setAttribute("href", `#m${FIRST + 1}`);
    location.hash = `#m${FIRST + 1}`;
    tell(open, messages(FIRST + 1, FIRST + MOST));
    await soon(() => expect(open.log.value).toHaveLength(KEPT));
    link.click();
    await soon(() => expect(box.querySelector(`#m${FIRST + 1}`)).not.toBeNull());
    link.remove();
    location.hash = "";
    open.leave();
  });
});

describe("what a cut log has told", () => {
  const rated = (number: number) =>
    event(number, { type: "conversation.rated", about: "bot", score: 4, comment: "" } as never);

  it("is known on: deeds, and that an agent has answered", async () => {
    const open = await opened();
    const answer = { ...message(FIRST + 2, "Hello"), actor: { kind: "agent", id: "anna", name: "Anna" } } as const;
    tell(open, [rated(FIRST + 1), answer, ...messages(FIRST + 3, FIRST + 2 * MOST)]);
    await soon(() => expect(open.log.value).toHaveLength(KEPT));
    expect(open.facts.value.map(({ number }) => number)).toEqual([FIRST + 1, FIRST + 2]);
    open.leave();
  });

  it("is forgotten with the conversation", async () => {
    const open = await opened();
    tell(open, [rated(FIRST + 1), ...messages(FIRST + 2, FIRST + MOST)]);
    await soon(() => expect(open.log.value).toHaveLength(KEPT));
    open.apply(event(FIRST + MOST + 1, { type: "conversation.forgotten", reason: "retention" }));
    expect(open.facts.value.map(({ number }) => number)).toEqual([FIRST + MOST + 1]);
    open.leave();
  });

  it("counts deeds, not words", () => {
    expect(factsOf([message(1, "a"), event(2), message(3, "b")]).map(({ number }) => number)).toEqual([2]);
    const log = messages(1, MOST);
    expect(shortened(log, MOST)).toBe(log);
    expect(shortened(messages(1, MOST + 1), 0)).toHaveLength(MOST + 1);
  });
});
