import { describe, expect, test, vi } from "vitest";
import { ANNA, event, FakeSocket, message, VISITOR } from "../connection/fakes";
import type { Event as Happening } from "../connection/wire";
import { find, goDown, live, press, root, settle, text, usePanel, write } from "./opened";

usePanel();

const answer = (): Happening => event(1, message("PayPal.", { wants_feedback: true }));
const choose = async (testid: string): Promise<void> => {
  press(testid);
  await settle();
};
const send = async (testid: string): Promise<void> => {
  const form = find(testid)?.closest("form") as HTMLFormElement;
  form.dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true }));
  await settle();
};
const focused = (): string | undefined => (root.activeElement as HTMLElement | null)?.dataset["testid"];

describe("an answer that did not help", () => {
  test("asks why; the reason goes after the thumb, and then there is only thanks and the way to a human", async () => {
    const socket = await live([answer()]);
    await choose("feedback-no");
    expect(text("reason-1-form")).toContain("Was hat nicht gepasst?");
    expect(focused()).toBe("reason-1-wrong");
    await choose("reason-1-outdated");
    await write("reason-1-comment", "  Seit gestern anders ");
    await send("reason-1-send");
    expect(socket.sentOf("feedback")).toMatchObject([{ message_number: 1, helpful: false }]);
    const [first] = socket.sentOf("feedback");
    socket.say({ type: "ack", client_id: String(first?.["client_id"]), number: 2 });
    await settle();
    expect(socket.sentOf("feedback")[1]).toMatchObject({ reason: "outdated", comment: "Seit gestern anders" });
    expect(find("reason-1-form")).toBeNull();
    expect(text("feedback")).toContain("Danke für die Rückmeldung.");
    expect(find("feedback-human")).not.toBeNull();
  });

  test("may be left without a reason, and nothing chosen is said kindly", async () => {
    const socket = await live([answer()]);
    await choose("feedback-no");
    await send("reason-1-send");
    expect(text("reason-1-problem")).toBe("Bitte wählen Sie eine Möglichkeit aus.");
    await choose("reason-1-skip");
    expect(find("reason-1-form")).toBeNull();
    expect(socket.sentOf("feedback")).toHaveLength(1);
  });

  test("asks nobody again who comes back", async () => {
    const given = { type: "message.feedback_given", message_number: 1, helpful: false, reason: null, comment: "" } as const;
    await live([answer(), event(2, given, VISITOR)]);
    expect(find("reason-1-form")).toBeNull();
    expect(find("feedback-human")).not.toBeNull();
  });

  test("has thumbs with words for those who do not see them", async () => {
    await live([answer()], { language: "en" });
    expect([text("feedback-yes"), text("feedback-no")]).toEqual(["Yes", "No"]);
  });
});

const closed = (number: number): Happening => event(number, { type: "conversation.closed", outcome: null }, VISITOR);
const claimed = event(2, { type: "conversation.claimed", agent_id: "a1", agent_name: "Anna" }, ANNA);
const returned = event(4, { type: "conversation.returned", outcome: "solved", summary: "" }, ANNA);

describe("at the end", () => {
  test("the bot and the person are rated apart, one after the other", async () => {
    const socket = await live([answer(), claimed, event(3, message("Hallo"), ANNA), closed(4)], { state: "closed" });
    expect(text("rating-card")).toContain("Wie war das Assistenzprogramm?");
    expect(text("rating-card")).not.toContain("Wie war Anna?");
    await choose("rate-bot-2");
    await send("rate-bot-send");
    expect(text("rated-bot")).toContain("Ihre Bewertung für das Assistenzprogramm: Schlecht.");
    expect(text("rating-card")).toContain("Wie war Anna?");
    expect(focused()).toBe("rate-human-1");
    await choose("rate-human-5");
    await write("rate-human-comment", "Danke!");
    await send("rate-human-send");
    expect(find("rate-human-form")).toBeNull();
    const [first] = socket.sentOf("rate");
    expect(first).toMatchObject({ about: "bot", score: 2, comment: "" });
    socket.say({ type: "ack", client_id: String(first?.["client_id"]), number: 5 });
    await settle();
    expect(socket.sentOf("rate")[1]).toMatchObject({ about: "human", score: 5, comment: "Danke!" });
  });

  test("nobody is rated who was not there", async () => {
    await live([answer(), closed(2)], { state: "closed" });
    await choose("rate-bot-skip");
    expect(find("rating-card")).toBeNull();
  });

  test("after a return the person is rated, until the talk goes on", async () => {
    const socket = await live([answer(), claimed, event(3, message("Hallo"), ANNA), returned]);
    expect(text("rating-card")).toContain("Wie war Anna?");
    expect(text("rating-card")).not.toContain("Assistenzprogramm?");
    socket.say({ type: "event", event: event(5, message("Noch etwas"), VISITOR) });
    await settle();
    expect(find("rating-card")).toBeNull();
  });

  test("a rating can be changed, and begins with what was said", async () => {
    const rated = { type: "conversation.rated", about: "bot", score: 2, comment: "Hm" } as const;
    const socket = await live([answer(), closed(2), event(3, rated, VISITOR)], { state: "closed" });
    expect(find("rated-bot")?.dataset["score"]).toBe("2");
    await choose("rated-bot-change");
    expect((find("rate-bot-2") as HTMLInputElement).checked).toBe(true);
    expect((find("rate-bot-comment") as HTMLTextAreaElement).value).toBe("Hm");
    await choose("rate-bot-4");
    await send("rate-bot-send");
    expect(socket.sentOf("rate")).toMatchObject([{ score: 4, comment: "Hm" }]);
    expect(find("rated-bot")?.dataset["score"]).toBe("4");
  });

  test("a rating given without a line waits in the outbox and shows as given", async () => {
    await live([answer(), closed(2)], { state: "closed" });
    await goDown();
    await choose("rate-bot-3");
    await send("rate-bot-send");
    expect(find("rated-bot")?.dataset["score"]).toBe("3");
    expect(localStorage.getItem("kulanz")).toContain('"rate"');
  });

  test("a refused rating is told", async () => {
    const socket = await live([answer(), closed(2)], { state: "closed" });
    await choose("rate-bot-3");
    await send("rate-bot-send");
    const [rate] = socket.sentOf("rate");
    socket.say({ type: "error", code: "nothing_to_rate", text: "", client_id: String(rate?.["client_id"]), retry_seconds: null });
    await settle();
    expect(text("rating-problem")).toBe("Diese Bewertung konnte nicht gespeichert werden.");
  });
});

describe("the transcript", () => {
  const open = async (): Promise<void> => {
    press("menu");
    await settle();
    press("menu-transcript");
    await settle();
  };
  const sent = { type: "transcript.sent", masked_email: "e•••@e•••.org" } as const;

  test("is downloaded in the language that is spoken, with the visitor's own secret", async () => {
    const others = fetch;
    const asked = vi.fn();
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (!url.includes("/transcript")) return others(url, init);
      asked(url, (init.headers as Record<string, string>)["Authorization"]);
      return new Response("<!doctype html>");
    });
    const names: string[] = [];
    vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:1");
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
    await live([answer()], { language: "en" });
    await open();
    await choose("transcript-download");
    expect(asked).toHaveBeenCalledWith("http://desk/api/visitor/transcript?language=en", expect.stringMatching(/^Bearer ./));
    expect(names).toEqual([expect.stringMatching(/^Conversation-\d{4}-\d\d-\d\d\.html$/)]);
    vi.restoreAllMocks();
  });

  test("goes by mail at once to whoever is proven, and where it went is told", async () => {
    const socket = await live([answer()], { trust: "login" });
    await open();
    await choose("transcript-mail");
    const [frame] = socket.sentOf("mail_transcript");
    expect(text("transcript-mailed")).toBe("Das Protokoll wird geschickt …");
    socket.say({ type: "ack", client_id: String(frame?.["client_id"]), number: 2 });
    socket.say({ type: "event", event: event(2, sent, VISITOR) });
    await settle();
    expect(text("transcript-mailed")).toBe("Das Protokoll wurde an e•••@e•••.org geschickt.");
    expect(text("line")).toContain("e•••@e•••.org");
  });

  test("asks for a proof first and goes on by itself after it", async () => {
    const socket = await live([answer()]);
    await open();
    await choose("transcript-mail");
    expect(socket.sentOf("mail_transcript")).toHaveLength(0);
    await write("transcript-email", "erika@example.org");
    await send("identity-send");
    expect(socket.sentOf("identify")).toMatchObject([{ email: "erika@example.org" }]);
    const proven = { type: "identity.proven", trust: "code", customer_id: "k", customer_name: "Erika" } as const;
    const [asked] = socket.sentOf("identify");
    socket.say({ type: "ack", client_id: String(asked?.["client_id"]), number: 2 });
    socket.say({ type: "event", event: event(2, proven, VISITOR) });
    await settle();
    expect(socket.sentOf("mail_transcript")).toHaveLength(1);
    expect(find("identity-form")).toBeNull();
  });

  test.each([
    ["too_many", "in einer Stunde"],
    ["no_address", "keine E-Mail-Adresse hinterlegt"],
  ])("says why it was refused: %s", async (code, words) => {
    const socket = await live([answer()], { trust: "code" });
    await open();
    await choose("transcript-mail");
    const [frame] = socket.sentOf("mail_transcript");
    socket.say({ type: "error", code, text: "", client_id: String(frame?.["client_id"]), retry_seconds: null });
    await settle();
    expect(text("transcript-mailed")).toContain(words);
  });

  test("is sent later when there is no line, and says so", async () => {
    await live([answer()], { trust: "code" });
    await open();
    await goDown();
    await choose("transcript-mail");
    expect(text("transcript-mailed")).toContain("sobald es wieder geht");
    expect(FakeSocket.last.sentOf("mail_transcript")).toHaveLength(0);
  });
});
