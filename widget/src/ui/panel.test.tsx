import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ANNA, event, FakeSocket, message, snapshot, VISITOR } from "../connection/fakes";
import type { Event as Happening, Language } from "../connection/wire";
import type { Panel } from "../embed/panel";
import { mount } from "./panel";

let root: ShadowRoot;
let panel: Panel;
const closed = vi.fn();
const emit = vi.fn();

const find = (testid: string): HTMLElement | null => root.querySelector(`[data-testid="${testid}"]`);
const text = (testid: string): string => find(testid)?.textContent ?? "";
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function open(language: Language = "de"): Promise<void> {
  root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  panel = mount({ server: "http://desk", language, root, close: closed, emit });
  panel.show({ focus: true });
  await settle();
}

async function live(events: Happening[] = [], view: Parameters<typeof snapshot>[1] = {}): Promise<FakeSocket> {
  await open(view?.language);
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot(events, view));
  await settle();
  return FakeSocket.last;
}

function press(testid: string): void {
  find(testid)?.click();
}

async function write(testid: string, value: string): Promise<void> {
  const field = find(testid) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new window.Event("input", { bubbles: true }));
  await settle();
}

const ANSWERS: Record<string, unknown> = {
  config: { shop: "Nordlicht", privacy_url: "https://shop.example/privacy", languages: ["de", "en"] },
  conversations: { conversation_id: "c1", visitor_token: "t" },
  tickets: { ticket: "one" },
};

beforeEach(() => {
  localStorage.clear();
  FakeSocket.opened = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", async (url: string) => Response.json(ANSWERS[url.split("/").at(-1) as string]));
});

afterEach(() => {
  panel.remove();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("the machine notice stands before the first bot text", async () => {
  await live([event(1, message("Guten Tag"))]);
  const notice = find("machine-notice") as HTMLElement;
  expect(notice.textContent).toContain("keine Person");
  expect(notice.compareDocumentPosition(find("message-bot") as HTMLElement)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

test("while it loads it says so, and empty it invites", async () => {
  await open();
  expect(text("loading")).toContain("geladen");
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot());
  await settle();
  expect(find("loading")).toBeNull();
  expect(text("empty")).toContain("Wie können wir helfen?");
  expect(root.querySelector("h2")?.textContent).toBe("Nordlicht");
});

test("a human is marked as human, and each change is told", async () => {
  const socket = await live([event(1, { type: "handover.requested", reason: "visitor_wish" }, VISITOR)], {
    state: "waiting",
  });
  socket.say({ type: "queue", place: 2, waiting: 3 });
  await settle();
  expect(text("queue-place")).toBe("Sie sind Nummer 2 in der Warteschlange.");
  socket.say({ type: "event", event: event(2, { type: "conversation.claimed", agent_id: "a", agent_name: "Anna" }, ANNA) });
  socket.say({ type: "event", event: event(3, message("Hallo"), ANNA) });
  await settle();
  expect(find("waiting-card")).toBeNull();
  expect(text("partner")).toBe("Anna (Mensch)");
  expect(text("message-agent")).toContain("Mensch");
  socket.say({ type: "event", event: event(4, { type: "conversation.returned", outcome: "solved", summary: "" }, ANNA) });
  await settle();
  expect(text("partner")).toContain("keine Person");
  expect(root.querySelector('[data-line="lineReturned"]')?.textContent).toContain("keine Person");
});

test("the way to a human is there from the first moment, also without a line", async () => {
  await open("en");
  expect(text("talk-to-human")).toBe("Talk to a human");
  press("talk-to-human");
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot([], { language: "en" }));
  expect(FakeSocket.last.sentOf("request_human")).toHaveLength(1);
});

test("Enter sends, and the message waits in sight until it has arrived", async () => {
  const socket = await live();
  await write("message-input", "Hallo");
  find("message-input")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  await settle();
  expect(find("message-own")?.dataset["progress"]).toBe("waiting");
  const [sent] = socket.sentOf("message");
  const clientId = String(sent?.["client_id"]);
  socket.say({ type: "ack", client_id: clientId, number: 1 });
  socket.say({ type: "event", event: event(1, message("Hallo", { client_id: clientId }), VISITOR) });
  await settle();
  expect(root.querySelectorAll('[data-testid="message-own"]')).toHaveLength(1);
  expect(find("message-own")?.dataset["progress"]).toBe("sent");
});

test("a choice works once", async () => {
  const choices = [
    { id: "a", label: "10023" },
    { id: "b", label: "10019" },
  ];
  const socket = await live([event(1, message("Welche?", { choices }))]);
  press("choice");
  press("choice");
  await settle();
  expect(socket.sentOf("message")).toMatchObject([{ choice: { message_number: 1, choice_id: "a" } }]);
  expect([...root.querySelectorAll<HTMLButtonElement>('[data-testid="choice"]')].every((one) => one.disabled)).toBe(true);
});

test("an answer names its source, and an unhelpful one offers a human", async () => {
  const receipt = { article_id: "a", language: "de", title: "Zahlungsarten", version: "1", passage: 1, score: 1 } as const;
  const socket = await live([event(1, message("PayPal.", { receipt, wants_feedback: true }))]);
  expect(text("source")).toBe("Quelle: Zahlungsarten");
  press("feedback-no");
  await settle();
  expect(socket.sentOf("feedback")).toMatchObject([{ message_number: 1, helpful: false }]);
  expect(find("feedback-human")).not.toBeNull();
});

test("an answer that exists in one language only is marked with it, for screen readers", async () => {
  const receipt = { article_id: "a", language: "en", title: "Payment", version: "1", passage: 1, score: 1 } as const;
  await live([event(1, message("Nur auf Englisch:")), event(2, message("PayPal.", { receipt }))]);
  const bubbles = [...root.querySelectorAll('[data-testid="message-bot"] .bubble')];
  expect(bubbles.map((bubble) => bubble.getAttribute("lang"))).toEqual([null, "en"]);
});

test("a credit shows amount, reason, order and reference in the visitor's language", async () => {
  const credit = {
    type: "credit.granted",
    reference: "GS-1",
    amount_cents: 500,
    currency: "EUR",
    reason: "late_delivery",
    order_number: "10023",
  } as const;
  await live([event(1, credit)]);
  expect(text("credit-amount").replace(/\s/g, " ")).toBe("5,00 €");
  expect(text("credit-card")).toMatch(/Verspätete Lieferung.*10023.*GS-1/s);
});

test("the identity form goes from address to code and tells wrong tries", async () => {
  const socket = await live([event(1, { type: "identity.requested" })], { identity_step: "email" });
  await write("identity-email", "nobody");
  press("identity-send");
  await settle();
  expect(socket.sentOf("identify")).toHaveLength(0);
  expect(text("identity-problem")).toContain("vollständige");
  await write("identity-email", "erika@example.org");
  press("identity-send");
  const expires_at = "2026-01-05T10:10:00Z";
  socket.say({ type: "ack", client_id: String(socket.sent.at(-1)?.["client_id"]), number: 2 });
  socket.say({ type: "event", event: event(2, { type: "identity.code_sent", masked_email: "m•••@e•••.org", expires_at }) });
  await settle();
  expect(find("identity-resend")).not.toBeNull();
  await write("identity-code", "123 456");
  press("identity-prove");
  expect(socket.sentOf("prove")).toMatchObject([{ code: "123456" }]);
  socket.say({ type: "event", event: event(3, { type: "identity.refused", reason: "wrong_code", tries_left: 2 }) });
  await settle();
  expect(text("identity-problem")).toBe("Der Code stimmt nicht. Sie haben noch 2 Versuche.");
});

test("who does not want to prove anything now is asked again when it is needed again", async () => {
  const socket = await live([event(1, { type: "identity.requested" })], { identity_step: "email" });
  press("identity-not-now");
  await settle();
  expect(find("identity-form")).toBeNull();
  socket.say({ type: "event", event: event(2, { type: "identity.requested" }) });
  await settle();
  expect(find("identity-form")).not.toBeNull();
});

test("a failed bot and a lost line are told honestly", async () => {
  const socket = await live([event(1, { type: "bot.failed", message_number: 1 })]);
  expect(text("bot-failed")).toContain("konnte gerade nicht antworten");
  expect(find("failure-human")).not.toBeNull();
  socket.close();
  await settle();
  expect(text("connection-status")).toContain("Gerade keine Verbindung");
  expect(find("try-now")).not.toBeNull();
});

test("foreign markup in any text stays text", async () => {
  const evil = "<img src=x onerror=alert(1)>";
  await live([
    event(1, message(evil), VISITOR),
    event(2, message(evil, { choices: [{ id: "a", label: evil }] })),
    event(3, message(evil), { kind: "agent", id: "x", name: evil }),
    event(4, { type: "conversation.claimed", agent_id: "x", agent_name: evil }, ANNA),
  ]);
  expect(root.querySelector("img")).toBeNull();
  expect(text("messages").split(evil)).toHaveLength(7);
});

test("an ended conversation can be taken up or begun anew", async () => {
  await live([event(1, { type: "conversation.closed", outcome: null }, VISITOR)], { state: "closed" });
  expect(find("closed-card")).not.toBeNull();
  expect((find("end-conversation") as HTMLButtonElement).disabled).toBe(true);
  expect(find("talk-to-human")).not.toBeNull();
});

test("Escape closes, and keys pressed here never reach the host page", async () => {
  await live();
  const heard = vi.fn();
  document.addEventListener("keydown", heard);
  const field = find("message-input") as HTMLElement;
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true }));
  expect(closed).toHaveBeenCalledOnce();
  expect(heard).not.toHaveBeenCalled();
});

test("what was not seen is counted for the launcher", async () => {
  const socket = await live();
  panel.hide();
  await settle();
  socket.say({ type: "event", event: event(1, message("Noch da?"), ANNA) });
  expect(emit).toHaveBeenCalledWith("unread", { count: 1 });
});

test("removed, it leaves nothing behind", async () => {
  const socket = await live();
  panel.remove();
  expect(root.childElementCount).toBe(0);
  expect(root.adoptedStyleSheets).toHaveLength(0);
  expect(socket.readyState).toBe(3);
});

test("what is added below is followed, until the visitor scrolls up", async () => {
  const socket = await live([event(1, message("Guten Tag"))]);
  const box = root.querySelector<HTMLElement>(".scroll") as HTMLElement;
  let height = 1000;
  Object.defineProperty(box, "scrollHeight", { get: () => height });
  Object.defineProperty(box, "clientHeight", { get: () => 400 });
  const scroll = (top: number): void => {
    box.scrollTop = top;
    box.dispatchEvent(new window.Event("scroll"));
  };
  scroll(600);
  height = 1300; // the identity form grows below before the scroll event of the last answer is there
  scroll(600);
  socket.say({ type: "event", event: event(2, message("Noch etwas")) });
  await vi.waitFor(() => expect(text("messages")).toContain("Noch etwas"));
  expect(find("new-messages")).toBeNull();
  scroll(200);
  socket.say({ type: "event", event: event(3, message("Und noch etwas")) });
  await vi.waitFor(() => expect(find("new-messages")).not.toBeNull());
});
