import { expect, test } from "vitest";
import { event, FakeSocket, VISITOR } from "../connection/fakes";
import type { AnyPayload, Event, Language, QueuePlace } from "../connection/wire";
import { closed, comeBack, find, live, press, root, settle, text, usePanel, write } from "./opened";

usePanel();

const CALLED: AnyPayload = { type: "handover.requested", reason: "visitor_wish", topic: null, after_hours: false };
const LEFT: AnyPayload = { type: "contact.left", kind: "callback", masked: "+49 ••• 4567", note: "" };

function queue(rest: Partial<QueuePlace> = {}): QueuePlace {
  const open = { open: true, opens_at: null, full: false, wait: null, contact: false };
  return { type: "queue", place: 1, waiting: 1, agents: 1, ...open, ...rest };
}

async function waiting(told: Partial<QueuePlace> | null, language: Language = "de", more: Event[] = []) {
  const socket = await live([event(1, CALLED, VISITOR), ...more], { state: "waiting", language });
  if (told) socket.say(queue(told));
  await settle();
  return socket;
}

async function answered(socket: FakeSocket, data: AnyPayload): Promise<void> {
  const sent = socket.sentOf("leave_contact").at(-1);
  socket.say({ type: "ack", client_id: String(sent?.["client_id"]), number: 2 });
  socket.say({ type: "event", event: event(2, data, VISITOR) });
  socket.say(queue({ contact: true }));
  await settle();
}

test("an honest range names its sample, and the place and the people on duty stand beside it", async () => {
  await waiting({ place: 3, waiting: 4, agents: 2, wait: { from_seconds: 130, to_seconds: 290, sample: 37 } });
  expect(text("queue-place")).toBe("Sie sind Nummer 3 in der Warteschlange.");
  expect(text("queue-wait")).toBe("Meist dauert es 2–5 Minuten (gemessen an 37 Wartezeiten).");
  expect(text("queue-presence")).toBe("2 Personen aus unserem Team sind im Dienst.");
});

test.each([
  [{ from_seconds: 10, to_seconds: 50, sample: 9 }, "It usually takes 1 minute at most (measured over 9 waits)."],
  [{ from_seconds: 100, to_seconds: 110, sample: 9 }, "It usually takes 1–2 minutes (measured over 9 waits)."],
  [{ from_seconds: 120, to_seconds: 120, sample: 9 }, "It usually takes ~2 minutes (measured over 9 waits)."],
  [{ from_seconds: 4_000, to_seconds: 10_800, sample: 9 }, "It usually takes 1–3 hours (measured over 9 waits)."],
  [null, "How long it takes cannot be estimated yet."],
])("the estimate %j reads: %s", async (wait, sentence) => {
  await waiting({ wait }, "en");
  expect(text("queue-wait")).toBe(sentence);
});

test("before the desk has told anything, nothing is claimed", async () => {
  await waiting(null);
  expect(text("queue-place")).toBe("Ihr Platz in der Warteschlange wird ermittelt.");
  expect([find("queue-wait"), find("queue-presence")]).toEqual([null, null]);
});

test.each([
  [{ agents: 0 }, "Nobody from our team is here right now."],
  [{ full: true }, "A great many people are waiting right now. It is best to tell us how to reach you."],
  [{ open: false, agents: 0 }, "We do not know yet when we will be back. Your request stays in the queue."],
])("%j is told as it is", async (told, sentence) => {
  await waiting(told, "en");
  expect(text("queue-presence")).toBe(sentence);
});

test("a closed desk says when it opens, and gives no estimate", async () => {
  const opens = new Date();
  opens.setDate(opens.getDate() + 2);
  opens.setHours(8, 0, 0, 0);
  await waiting({ open: false, agents: 0, opens_at: opens.toISOString() });
  const weekday = new Intl.DateTimeFormat("de-DE", { weekday: "long" }).format(opens);
  expect(text("queue-place")).toBe("Unser Team ist gerade nicht im Dienst.");
  expect(text("queue-presence")).toMatch(new RegExp(`ab ${weekday}, 0?8:00 Uhr wieder da`));
  expect(find("queue-wait")).toBeNull();
});

test("a number is checked, sent, confirmed as the desk masked it, and can be changed", async () => {
  const socket = await waiting({});
  press("ask-callback");
  await settle();
  await write("contact-phone", "abc");
  press("contact-send");
  await settle();
  expect(text("contact-problem")).toContain("mit Vorwahl");
  expect(socket.sentOf("leave_contact")).toHaveLength(0);
  await write("contact-phone", " 0171 123 4567 ");
  await write("contact-note", "Nach 17 Uhr");
  press("contact-send");
  expect(socket.sentOf("leave_contact")).toMatchObject([{ kind: "callback", value: "0171 123 4567", note: "Nach 17 Uhr" }]);
  await answered(socket, LEFT);
  expect(find("contact-form")).toBeNull();
  expect(text("contact-left")).toMatch(/Wir rufen Sie an: \+49 ••• 4567.*Fenster schließen/s);
  expect(root.querySelector('[data-line="lineCallback"]')?.textContent).toContain("+49 ••• 4567");
  press("ask-mail");
  await settle();
  expect(find("contact-email")).not.toBeNull();
});

test("what was typed stays after a refusal, and after the line was lost", async () => {
  const socket = await waiting({});
  press("ask-mail");
  await settle();
  await write("contact-email", "erika@example.org");
  press("contact-send");
  const clientId = String(socket.sentOf("leave_contact")[0]?.["client_id"]);
  socket.say({ type: "error", code: "invalid_email", text: "", client_id: clientId, retry_seconds: null });
  await settle();
  expect(text("contact-problem")).toContain("vollständige E-Mail-Adresse");
  expect(text("connection-status")).toBe("");
  socket.close();
  await settle();
  expect((find("contact-email") as HTMLInputElement).value).toBe("erika@example.org");
  press("contact-send");
  await settle();
  expect(text("contact-form")).toContain("gesendet, sobald es wieder geht");
  const back = await comeBack([], { state: "waiting" }, 1);
  expect(back.sentOf("leave_contact")).toMatchObject([{ value: "erika@example.org" }]);
});

test("Escape leaves the form, not the chat, and what was typed is there again", async () => {
  await waiting({});
  press("ask-callback");
  await settle();
  await write("contact-phone", "0171 12");
  find("contact-phone")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await settle();
  expect(find("contact-form")).toBeNull();
  expect(closed).not.toHaveBeenCalled();
  press("ask-callback");
  await settle();
  expect((find("contact-phone") as HTMLInputElement).value).toBe("0171 12");
});

test("neither number nor address is kept in the browser", async () => {
  const socket = await waiting({});
  press("ask-callback");
  await settle();
  socket.close();
  await write("contact-phone", "0171 1234567");
  press("contact-send");
  expect(JSON.stringify({ ...localStorage })).not.toContain("1234567");
});

test("the visitor sees since when they wait, and the note that goes with their contact", async () => {
  await waiting({ contact: true }, "en", [event(2, { ...LEFT, note: "After 5 pm <b>" } as AnyPayload, VISITOR)]);
  expect(text("queue-since")).toMatch(/^You have been waiting since .*\d\d:\d\d\.$/);
  expect(text("contact-note-kept")).toBe("Your note on it: After 5 pm <b>");
});

test("a contact of an earlier call does not count for this one", async () => {
  const again = event(4, CALLED, VISITOR);
  const given: AnyPayload = { type: "handover.given_up", by: "visitor" };
  await waiting(null, "de", [event(2, LEFT, VISITOR), event(3, given, VISITOR), again]);
  expect(find("contact-left")).toBeNull();
});

test("a contact that stands on an earlier page of the log is known all the same", async () => {
  await waiting({ contact: true });
  expect(text("contact-left")).toMatch(/gesagt, wie wir Sie erreichen.*Fenster schließen/s);
});

test("going on with the assistant is one press away", async () => {
  const socket = await waiting({});
  press("give-up-waiting");
  expect(socket.sentOf("give_up_waiting")).toHaveLength(1);
});

test("whoever withdraws a contact is told so before and after", async () => {
  const socket = await waiting({ contact: true }, "de", [event(2, LEFT, VISITOR)]);
  expect(text("give-up-waiting")).toBe("Zurückziehen und mit dem Assistenzprogramm weitermachen");
  socket.say({ type: "event", event: event(3, { type: "handover.given_up", by: "visitor" }, VISITOR) });
  await settle();
  expect(root.querySelector('[data-line="lineWithdrew"]')?.textContent).toContain("melden uns nicht mehr");
});

test("a contact of an earlier call is not withdrawn a second time", async () => {
  const given: AnyPayload = { type: "handover.given_up", by: "visitor" };
  const more = [event(2, LEFT, VISITOR), event(3, given, VISITOR), event(4, CALLED, VISITOR), event(5, given, VISITOR)];
  await live([event(1, CALLED, VISITOR), ...more], { state: "bot" });
  expect(root.querySelectorAll('[data-line="lineWithdrew"]')).toHaveLength(1);
  expect(root.querySelectorAll('[data-line="lineGaveUp"]')).toHaveLength(1);
});

test("a call made without a connection says that it is still to come", async () => {
  const socket = await live();
  socket.close();
  await settle();
  press("talk-to-human");
  await settle();
  expect(text("talk-to-human")).toBe("Ein Mensch wird gerufen, sobald es wieder geht");
  const back = await comeBack();
  expect(text("talk-to-human")).toBe("Ein Mensch wird gerufen …");
  expect(back.sentOf("request_human")).toHaveLength(1);
});

test("who was away too long is told so on return, and calls again with one press", async () => {
  const gone: AnyPayload = { type: "handover.given_up", by: "system" };
  const socket = await live([event(1, CALLED, VISITOR), event(2, gone, { kind: "system", id: null, name: null })]);
  expect(root.querySelector('[data-line="lineGivenUpForYou"]')?.textContent).toContain("länger nicht hier");
  press("call-again");
  expect(socket.sentOf("request_human")).toHaveLength(1);
});

test("a call after hours is told as one", async () => {
  await live([event(1, { ...CALLED, after_hours: true } as AnyPayload, VISITOR)], { state: "waiting", language: "en" });
  expect(root.querySelector('[data-line="lineCalledLater"]')?.textContent).toContain("not on duty");
});
