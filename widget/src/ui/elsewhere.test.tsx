import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ANNA, event, FakeSocket, message, snapshot, VISITOR } from "../connection/fakes";
import type { Event as Happening } from "../connection/wire";
import { find, live, open, panel, press, root, settle, text, usePanel, write } from "./opened";

usePanel();

/** What this browser played, and how it is asked for it. */
const played = vi.fn();
class Node {
  gain = { setValueAtTime: () => this, linearRampToValueAtTime: () => this, exponentialRampToValueAtTime: () => this };
  connect = (other: unknown): unknown => other;
  start = played;
  stop = (): void => undefined;
}
class Audio {
  currentTime = 0;
  destination = {};
  close = async (): Promise<void> => undefined;
}

let visibility: DocumentVisibilityState;

beforeEach(() => {
  played.mockClear();
  visibility = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  for (const [name, value] of Object.entries({ AudioContext: Audio, OscillatorNode: Node, GainNode: Node })) vi.stubGlobal(name, value);
  document.head.innerHTML = "<title> Lampen  für alle </title>";
});
afterEach(() => {
  document.head.replaceChildren();
  Reflect.deleteProperty(navigator, "locks");
});

async function look(now: DocumentVisibilityState): Promise<void> {
  visibility = now;
  document.dispatchEvent(new window.Event("visibilitychange"));
  await settle();
}

async function say(socket: FakeSocket, told: Happening): Promise<void> {
  socket.say({ type: "event", event: told });
  await settle();
}

const title = (): string => document.querySelector("title")?.textContent ?? "";
const sounds = (count: number): Promise<void> => vi.waitFor(() => expect(played).toHaveBeenCalledTimes(2 * count));

describe("the page's title", () => {
  test("counts what is new while the tab is hidden, and is what it was, to the letter, when the visitor looks", async () => {
    const socket = await live();
    await look("hidden");
    await say(socket, event(1, message("Geheim"), ANNA));
    expect(title()).toBe("(1) Neue Nachricht – Lampen  für alle");
    await say(socket, event(2, message("Noch etwas"), ANNA));
    expect(title()).toBe("(2) Neue Nachrichten – Lampen  für alle");
    await look("visible");
    expect(title()).toBe(" Lampen  für alle ");
  });

  test("that the page has changed meanwhile stays as the page wants it", async () => {
    const socket = await live([], { language: "en" });
    await look("hidden");
    await say(socket, event(1, message("One"), ANNA));
    document.title = "Chairs";
    await say(socket, event(2, message("Two"), ANNA));
    expect(title()).toBe("(2) New messages – Chairs");
    document.title = "Tables";
    await look("visible");
    expect(title()).toBe("Tables");
  });

  test("is left alone when the website wants that, and when the widget is removed", async () => {
    await open("de", { titleNotice: false });
    await look("hidden");
    FakeSocket.last.accept();
    FakeSocket.last.say(snapshot([event(1, message("Hallo"), ANNA)]));
    await settle();
    expect(title()).toBe(" Lampen  für alle ");
    panel.remove();
    await live();
    await look("hidden");
    await say(FakeSocket.last, event(1, message("Hallo"), ANNA));
    expect(title()).toContain("(1)");
    panel.remove();
    expect(title()).toBe(" Lampen  für alle ");
  });
});

describe("the sound", () => {
  test("is off until the visitor wants it, and then rings once for what they do not see", async () => {
    const socket = await live([event(1, message("Guten Tag"))]);
    press("menu");
    await settle();
    expect(find("menu-sound")?.getAttribute("aria-checked")).toBe("false");
    press("menu-sound");
    await sounds(1); // how it sounds
    await say(socket, event(2, message("Sichtbar"), ANNA));
    await look("hidden");
    await say(socket, event(3, message("Ungesehen"), ANNA));
    await sounds(2);
    await look("visible");
    await look("hidden");
    await say(socket, event(4, { type: "conversation.claimed", agent_id: "a1", agent_name: "Anna" }, ANNA));
    await sounds(3);
    panel.remove();
    await live([event(1, message("Guten Tag")), event(9, message("Alt"), ANNA, 1)]); // what was there is no news
    press("menu");
    await settle();
    expect(find("menu-sound")?.getAttribute("aria-checked")).toBe("true");
    await sounds(3);
  });

  test("stays out when another tab reads along, and rings in one tab of many", async () => {
    const held = new Set<string>();
    const request = async (name: string, ...rest: unknown[]): Promise<unknown> => {
      const isFree = rest.length === 1 || !held.has(name);
      held.add(name);
      return (rest.at(-1) as (lock: unknown) => unknown)(isFree ? {} : null);
    };
    Object.defineProperty(navigator, "locks", { value: { request }, configurable: true });
    await open("de", { sound: true });
    FakeSocket.last.accept();
    panel.hide();
    FakeSocket.last.say(snapshot([event(1, message("Guten Tag"))], { visitor_read: 1 }));
    await settle();
    await say(FakeSocket.last, event(2, message("Gelesen"), ANNA));
    FakeSocket.last.say({ type: "read_shown", by: "visitor", number: 2 });
    await say(FakeSocket.last, event(3, message("Ungelesen"), ANNA));
    await sounds(1);
    expect([...held].filter((name) => name.startsWith("kulanz-sound"))).toEqual(["kulanz-sound-c1-3"]);
    held.add("kulanz-sound-c1-4"); // another tab was quicker
    await say(FakeSocket.last, event(4, message("Noch eine"), ANNA));
    await say(FakeSocket.last, event(5, message("Und noch eine"), ANNA));
    await vi.waitFor(() => expect(held).toContain("kulanz-sound-c1-5"));
    await sounds(2);
  });
});

describe("beside the closed chat", () => {
  test("one line says who has written, never what, and goes when the chat is opened", async () => {
    const socket = await live();
    expect(find("hint")?.hidden).toBe(true);
    panel.hide();
    await say(socket, event(1, message("Geheim"), ANNA));
    expect(text("hint")).toBe("Neue Nachricht von Anna");
    await say(socket, event(2, message("Geheim")));
    expect(text("hint")).toBe("Neue Nachricht vom Assistenzprogramm");
    panel.show({ focus: true });
    await settle();
    expect(find("hint")?.hidden).toBe(true);
  });

  test("it says where the visitor stands, and that somebody has come", async () => {
    const called = event(1, { type: "handover.requested", reason: "visitor_wish", topic: null, after_hours: false }, VISITOR);
    const socket = await live([called], { state: "waiting", language: "en" });
    panel.hide();
    socket.say({ type: "queue", place: 2, waiting: 3, agents: 1, open: true, opens_at: null, full: false, wait: null, contact: false });
    await settle();
    expect(text("hint")).toMatch(/number 2/i);
    await say(socket, event(2, { type: "conversation.claimed", agent_id: "a1", agent_name: "Anna" }, ANNA));
    expect(text("hint")).toBe("Anna is here for you now.");
  });
});

describe("the line before what is new", () => {
  const after = (mark: string): string | undefined => find(mark)?.nextElementSibling?.textContent ?? undefined;

  test("stands before the first message since the visitor looked away, until they answer", async () => {
    const socket = await live([event(1, message("Guten Tag"))]);
    await say(socket, event(2, message("Gesehen"), ANNA));
    expect(find("new-mark")).toBeNull();
    await look("hidden");
    await say(socket, event(3, message("Neu eins"), ANNA));
    await say(socket, event(4, message("Neu zwei"), ANNA));
    await look("visible");
    expect(after("new-mark")).toContain("Neu eins");
    await say(socket, event(5, message("Danach"), ANNA));
    expect(after("new-mark")).toContain("Neu eins");
    await write("message-input", "Danke");
    press("send");
    await settle();
    expect(find("new-mark")).toBeNull();
  });

  test("moves on when the chat was closed again, and is read out with the messages", async () => {
    const socket = await live([event(1, message("Guten Tag"))]);
    for (const [number, words] of [[2, "Zuerst"], [3, "Zuletzt"]] as const) {
      panel.hide();
      await settle();
      await say(socket, event(number, message(words), ANNA));
      panel.show({ focus: false });
      await settle();
      expect(after("new-mark")).toContain(words);
    }
    expect(root.querySelectorAll('[role="log"] [data-testid="new-mark"]')).toHaveLength(1);
  });

  test("after a reload stands before what was not read, and nowhere at the first visit", async () => {
    await live([event(1, message("Guten Tag")), event(2, message("Ungelesen"), ANNA)], { visitor_read: 1 });
    expect(after("new-mark")).toContain("Ungelesen");
    panel.remove();
    await live([event(1, message("Guten Tag"))]);
    expect(find("new-mark")).toBeNull();
  });
});
