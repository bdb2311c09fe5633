import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ANNA, event, FakeSocket, message, snapshot, VISITOR } from "../connection/fakes";
import { Vault } from "../connection/vault";
import { closed, emit, find, live, open, panel, press, remember, root, settle, text, usePanel, write } from "./opened";

usePanel();

test("F101: the machine notice stands before the first bot text", async () => {
  await live([event(1, message("Guten Tag"))]);
  const notice = find("machine-notice") as HTMLElement;
  expect(notice.textContent).toContain("keine Person");
  expect(notice.compareDocumentPosition(find("message-bot") as HTMLElement)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

test("opening takes the focus to the text, but where a keyboard would slide over the page to the panel", async () => {
  await live();
  expect(root.activeElement).toBe(find("message-input"));
  vi.spyOn(window, "matchMedia").mockImplementation(
    (query) => ({ matches: query === "(pointer: coarse)", addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList,
  );
  panel.hide();
  panel.show({ focus: true });
  await settle();
  expect(root.activeElement).toBe(find("kulanz-panel"));
});

describe("closing it on a phone, where it hides the page", () => {
  const onPhone = () =>
    vi.spyOn(window, "matchMedia").mockImplementation(
      (query) => ({ matches: query === "(max-width: 480px)", addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList,
    );

  test.each(["waiting", "agent"] as const)("%s: the next page takes up the line again, to tell of the person", async (state) => {
    onPhone();
    await live([], { state });
    remember.mockClear();
    panel.hide();
    expect(remember.mock.calls).toEqual([[true]]);
  });

  test("with the assistant program alone, the next page leaves it closed", async () => {
    onPhone();
    await live();
    remember.mockClear();
    panel.hide();
    expect(remember).not.toHaveBeenCalled();
  });
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

test("F101: a human is marked as human, and each change is told", async () => {
  const socket = await live([event(1, { type: "handover.requested", reason: "visitor_wish", topic: null, after_hours: false }, VISITOR)], {
    state: "waiting",
  });
  socket.say({ type: "queue", place: 2, waiting: 3, agents: 1, open: true, opens_at: null, full: false, wait: null, contact: false });
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

test("only trouble with a message is a new element, which is read out", async () => {
  const socket = await live();
  await write("message-input", "Hallo");
  press("send");
  await settle();
  const waiting = find("progress");
  const [sent] = socket.sentOf("message");
  socket.say({ type: "ack", client_id: String(sent?.["client_id"]), number: 1 });
  socket.say({ type: "event", event: event(1, message("Hallo", { client_id: String(sent?.["client_id"]) }), VISITOR) });
  await settle();
  expect(text("progress")).toContain("Gesendet");
  expect(find("progress")).toBe(waiting);

  await write("message-input", "Zweite");
  press("send");
  await settle();
  const before = find("progress");
  const [, second] = socket.sentOf("message");
  socket.say({ type: "error", code: "unavailable", text: "", client_id: String(second?.["client_id"]), retry_seconds: null });
  await settle();
  expect(find("retry")).not.toBeNull();
  expect(find("progress")).not.toBe(before);
});

test("a scroll that the browser tells of after the panel was taken away breaks nothing", async () => {
  await live();
  const list = root.querySelector(".scroll") as HTMLElement;
  const broken = vi.fn((event: globalThis.Event) => event.preventDefault());
  window.addEventListener("error", broken);
  panel.remove();
  list.dispatchEvent(new window.Event("scroll"));
  window.removeEventListener("error", broken);
  expect(broken).not.toHaveBeenCalled();
});

test("a change of size that the browser tells of after the panel was taken away breaks nothing", async () => {
  const told: (() => void)[] = [];
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(resized: () => void) {
        told.push(resized);
      }
      observe() {}
      disconnect() {}
    },
  );
  await live();
  panel.remove();
  expect(told.length).toBeGreaterThan(0);
  for (const resized of told) expect(resized).not.toThrow();
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

describe("a document", () => {
  const documents = [{ id: "d1", kind: "invoice", name: "Rechnung-RE-1.pdf" } as const];
  const saved: { name: string; url: string }[] = [];
  const answer = vi.fn<(url: string, init: RequestInit) => Response | Promise<Response>>();

  beforeEach(() => {
    saved.length = 0;
    const others = fetch;
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) =>
      url.includes("/documents/") ? answer(url, init) : others(url),
    );
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, url: this.href });
    });
  });
  afterEach(() => vi.restoreAllMocks());

  test("is fetched with the visitor's secret and saved under its name", async () => {
    answer.mockImplementation(() => new Response("%PDF"));
    await live([event(1, message("Hier ist sie.", { documents }))]);
    expect(text("document")).toBe("Dokument speichern: Rechnung-RE-1.pdf");
    press("document");
    await settle();
    const [url, init] = answer.mock.lastCall as [string, RequestInit];
    expect(url).toBe("http://desk/api/visitor/documents/d1");
    expect(init).toMatchObject({ headers: { Authorization: `Bearer ${new Vault().read()?.token}` }, credentials: "omit" });
    expect(saved).toEqual([{ name: "Rechnung-RE-1.pdf", url: expect.stringMatching(/^blob:/) as string }]);
  });

  test("that is on its way is asked for once", async () => {
    let arrive = (_: Response): void => undefined;
    answer.mockReset().mockImplementation(() => new Promise((resolve) => (arrive = resolve)));
    await live([event(1, message("Hier", { documents }))], { language: "en" });
    press("document");
    await settle();
    press("document");
    expect(find("document")?.getAttribute("aria-busy")).toBe("true");
    expect(text("document")).toContain("Loading");
    arrive(new Response("%PDF"));
    await settle();
    expect(answer).toHaveBeenCalledOnce();
    expect(find("document")?.getAttribute("aria-busy")).toBe("false");
  });

  test.each([
    [404, "gibt es hier nicht mehr"],
    [500, "noch einmal"],
  ])("that is refused with %i says so, and can be tried again", async (status, words) => {
    answer.mockImplementation(() => new Response("{}", { status }));
    await live([event(1, message("Hier", { documents }))]);
    press("document");
    await settle();
    expect(text("document-problem")).toContain(words);
    answer.mockImplementation(() => new Response("%PDF"));
    press("document");
    await settle();
    expect(text("document-problem")).toBe("");
    expect(saved).toHaveLength(1);
  });
});

test("a credit shows amount, reason, order and reference in the visitor's language", async () => {
  const credit = {
    type: "credit.granted",
    reference: "GS-1",
    amount_cents: 500,
    currency: "EUR",
    reason: "late_delivery",
    subject: "10023",
  } as const;
  await live([event(1, credit)]);
  expect(text("credit-amount").replace(/\s/g, " ")).toBe("5,00 €");
  expect(text("credit-card")).toMatch(/Verspätete Lieferung.*Bestellung.*10023.*GS-1/s);
});

test.each([
  ["outage", "A-506", /Ausfall des Dienstes.*Abo.*A-506/s],
  ["billing_error", "RE-2018", /Fehler auf der Rechnung.*Rechnung.*RE-2018/s],
] as const)("a credit for a %s names the subscription or invoice", async (reason, subject, shown) => {
  const credit = { type: "credit.granted", reference: "GS-2", amount_cents: 70, currency: "EUR", reason, subject } as const;
  await live([event(1, credit)]);
  expect(text("credit-card")).toMatch(shown);
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
  const code = find("identity-code") as HTMLInputElement;
  code.focus();
  const selected = vi.spyOn(code, "select");
  press("identity-prove");
  expect(socket.sentOf("prove")).toMatchObject([{ code: "123456" }]);
  socket.say({ type: "event", event: event(3, { type: "identity.refused", reason: "wrong_code", tries_left: 2 }) });
  await settle();
  expect(text("identity-problem")).toBe("Der Code stimmt nicht. Sie haben noch 2 Versuche.");
  expect(selected).toHaveBeenCalledOnce(); // typed anew without deleting
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

test("a failed bot is told honestly, with the way to a human", async () => {
  await live([event(1, { type: "bot.failed", message_number: 1 })]);
  expect(text("bot-failed")).toContain("konnte gerade nicht antworten");
  expect(find("failure-human")).not.toBeNull();
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
  press("menu");
  await settle();
  expect(find("menu-end")?.getAttribute("aria-disabled")).toBe("true");
  expect(find("talk-to-human")).not.toBeNull();
});

test("Escape closes the open menu first, wherever in it the focus is", async () => {
  await live();
  closed.mockClear();
  press("menu");
  await settle();
  const escape = (): unknown => find("menu")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  escape();
  await settle();
  expect(find("menu-end")).toBeNull();
  expect(closed).not.toHaveBeenCalled();
  escape();
  expect(closed).toHaveBeenCalledOnce();
});

test("Escape closes, and keys pressed here never reach the host page", async () => {
  await live();
  const heard = vi.fn();
  closed.mockClear();
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
