import { describe, expect, test, vi } from "vitest";
import { event, FakeSocket, message, snapshot, VISITOR } from "../connection/fakes";
import { comeBack, find, goDown, later, live, open, panel, press, root, settle, text, usePanel, write } from "./opened";

usePanel();

const ADDRESS = "erika@example.org";

async function say(words: string): Promise<void> {
  await write("message-input", words);
  press("send");
  await settle();
}

function ackAll(socket: FakeSocket): void {
  for (let known = 1; known < socket.sent.length; known += 1)
    socket.say({ type: "ack", client_id: String(socket.sent[known]?.["client_id"]), number: 0 });
}

describe("the line", () => {
  test("a blip is nobody's business, an outage is one quiet line, and the return is told once", async () => {
    await live();
    await goDown();
    expect(text("connection-status")).toBe("");
    await comeBack();
    expect(text("connection-status")).toBe("");
    await goDown();
    await later(2);
    expect(text("connection-status")).toMatch(/^Wir sind gerade nicht erreichbar.*Jetzt versuchen$/);
    press("try-now");
    await settle();
    expect(find("try-now")).not.toBeNull(); // still there while it tries
    await comeBack();
    expect(text("connection-status")).toBe("Die Verbindung ist wieder da.");
    await goDown();
    expect(text("connection-status")).toBe("");
    await comeBack();
    expect(text("connection-status")).toBe("");
  });

  test("a device without a network is told apart from a desk that does not answer", async () => {
    const network = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    await live([], { language: "en" });
    await goDown();
    await later(2);
    expect(text("connection-status")).toContain("You are offline.");
    network.mockReturnValue(true);
    window.dispatchEvent(new window.Event("online"));
    await settle();
    expect(text("connection-status")).toContain("We cannot be reached right now.");
  });

  test("a slow first connection is told as that: neither as an outage, nor as a return, nor by a mail form", async () => {
    await open();
    await later(3);
    expect(text("connection-status")).toMatch(/^Die Verbindung wird hergestellt\..*sobald sie steht\.$/);
    expect(find("try-now")).toBeNull();
    press("talk-to-human");
    await settle();
    expect(find("mail-form")).toBeNull();
    FakeSocket.last.accept();
    FakeSocket.last.say(snapshot());
    await settle();
    expect(text("connection-status")).toBe("");
  });

  test("out of the tunnel, the line is being made until an attempt has failed", async () => {
    const network = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    await live();
    await goDown();
    await later(3);
    expect(text("connection-status")).toContain("Sie sind offline.");
    network.mockReturnValue(true);
    vi.stubGlobal("fetch", () => new Promise(() => {}));
    window.dispatchEvent(new window.Event("online"));
    await settle();
    expect(text("connection-status")).toContain("Die Verbindung wird hergestellt.");
  });

  test("whoever tried by keyboard goes on in the composer when the line is back", async () => {
    await live();
    await goDown();
    await later(2);
    find("try-now")?.focus();
    await comeBack();
    expect(root.activeElement).toBe(find("message-input"));
  });
});

describe("a mail instead", () => {
  test("is offered after half a minute without taking the focus, and goes by itself unless it was begun", async () => {
    await live();
    await goDown();
    await later(29);
    expect(find("mail-form")).toBeNull();
    await later(1);
    expect(find("mail-form")).not.toBeNull();
    expect(root.activeElement).toBe(find("message-input"));
    await comeBack();
    expect(find("mail-form")).toBeNull();
  });

  test("is the answer to a call for a human while nobody can be reached, and takes the focus", async () => {
    await live();
    await goDown();
    await later(2);
    expect(find("mail-form")).toBeNull();
    press("talk-to-human");
    await settle();
    expect(root.activeElement?.textContent).toBe("Schreiben Sie uns per E-Mail");
  });

  test("becomes one case with an answer by mail, once, as soon as it works again", async () => {
    await live();
    await goDown();
    await say("Wo bleibt meine Lampe?");
    await later(30);
    expect(text("mail-along")).toContain("Wo bleibt meine Lampe?");
    await write("mail-text", "Ich brauche sie am Freitag.");
    press("mail-send");
    await settle();
    expect(text("mail-problem")).toContain("vollständige E-Mail-Adresse");
    await write("mail-email", ` ${ADDRESS} `);
    press("mail-send");
    await settle();
    expect(text("mail-queued")).toContain("gesendet, sobald es wieder geht");
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(ADDRESS);
    const back = await comeBack();
    ackAll(back);
    await settle();
    expect(back.sent.slice(1)).toMatchObject([
      { type: "message", text: "Wo bleibt meine Lampe?" },
      { type: "request_human" },
      { type: "leave_contact", kind: "mail", value: ADDRESS },
      { type: "message", text: "Ich brauche sie am Freitag." },
    ]);
    expect(find("mail-form")).toBeNull();
  });

  test("that was begun stays when the line is back, with every word, and sends nothing by itself", async () => {
    await live();
    await goDown();
    await later(30);
    await write("mail-email", ADDRESS);
    await write("mail-text", "Meine Lampe");
    const back = await comeBack();
    expect(text("mail-form")).toContain("Die Verbindung ist wieder da");
    expect((find("mail-email") as HTMLInputElement).value).toBe(ADDRESS);
    expect(back.sentOf("leave_contact")).toEqual([]);
    press("mail-leave");
    await settle();
    expect(find("mail-form")).toBeNull();
    expect((find("message-input") as HTMLTextAreaElement).value).toBe("Meine Lampe");
  });

  test("an address that the desk refuses is asked for again", async () => {
    await live([], { state: "waiting" });
    await goDown();
    await later(30);
    await write("mail-email", "erika@example.o");
    await write("mail-text", "Meine Lampe");
    press("mail-send");
    const back = await comeBack([], { state: "waiting" });
    const clientId = String(back.sentOf("leave_contact")[0]?.["client_id"]);
    expect(back.sentOf("request_human")).toEqual([]);
    back.say({ type: "error", code: "invalid_email", text: "", client_id: clientId, retry_seconds: null });
    await settle();
    expect(text("mail-problem")).toContain("vollständige E-Mail-Adresse");
    expect((find("mail-email") as HTMLInputElement).value).toBe("erika@example.o");
  });

  test("a call that was too much is told, and the address goes with the next one", async () => {
    await live();
    await goDown();
    await later(30);
    await write("mail-email", ADDRESS);
    await write("mail-text", "Meine Lampe");
    press("mail-send");
    const back = await comeBack();
    for (const [type, code] of [["request_human", "too_many"], ["leave_contact", "not_waiting"]] as const) {
      const clientId = String(back.sentOf(type)[0]?.["client_id"]);
      back.say({ type: "error", code, text: "", client_id: clientId, retry_seconds: 120 });
    }
    ackAll(back);
    await settle();
    expect(text("mail-problem")).toContain("gerade nicht möglich");
    press("mail-send");
    ackAll(back);
    await settle();
    ackAll(back);
    await settle();
    expect(back.sent.slice(1).map(({ type }) => type).slice(-2)).toEqual(["request_human", "leave_contact"]);
    expect(find("mail-form")).toBeNull();
    expect(back.sentOf("message")).toHaveLength(1);
  });

  test("without a word in it, it asks what it is about", async () => {
    await live();
    await goDown();
    await later(30);
    await write("mail-email", ADDRESS);
    press("mail-send");
    await settle();
    expect(text("mail-text-problem")).toBe("Bitte schreiben Sie, worum es geht.");
  });

  test("the visitor's own mail program gets all that is unsent, and the words can be copied", async () => {
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue(undefined);
    await live();
    await goDown();
    await say("Größe & Maß?");
    await later(30);
    await write("mail-text", "Danke");
    const href = (find("mail-program") as HTMLAnchorElement).href;
    expect(href).toMatch(/^mailto:service@shop\.example\?subject=Anfrage%20aus%20dem%20Chat&body=/);
    expect(decodeURIComponent(href.split("body=")[1] ?? "")).toBe("Größe & Maß?\r\n\r\nDanke");
    press("mail-copy");
    await settle();
    expect(writeText).toHaveBeenCalledWith("Größe & Maß?\n\nDanke");
    expect(text("mail-copied")).toBe("Der Text ist kopiert.");
  });

  test("put away it can be had again, and a line that never came up leads to it as well", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("unreachable")));
    await open("en");
    await later(30);
    expect(text("mail-form")).toContain("Write us an e-mail");
    expect(find("mail-program")).toBeNull(); // nobody has said where to
    press("mail-leave");
    await settle();
    expect(find("mail-form")).toBeNull();
    press("mail-open");
    await settle();
    expect(find("mail-form")).not.toBeNull();
  });
});

describe("a message that was not sent", () => {
  const refused = async (code: string, seconds: number | null): Promise<FakeSocket> => {
    const socket = await live();
    await say("Hallo");
    const clientId = String(socket.sentOf("message")[0]?.["client_id"]);
    socket.say({ type: "error", code, text: "", client_id: clientId, retry_seconds: seconds });
    await settle();
    return socket;
  };

  test("because the visitor was too quick says when it will be", async () => {
    await refused("too_many", 60);
    expect(find("message-own")?.dataset["progress"]).toBe("paused");
    expect(text("progress")).toMatch(/Wird um \d\d:\d\d Uhr gesendet/);
    expect(find("retry")).toBeNull();
  });

  test("because the desk did not accept it can be changed and loses no word", async () => {
    await refused("invalid_frame", null);
    await write("message-input", "Und noch etwas");
    expect(text("progress")).toContain("kürzen oder ändern");
    press("edit");
    await settle();
    expect((find("message-input") as HTMLTextAreaElement).value).toBe("Und noch etwas\nHallo");
  });

  test("is discarded with one press, and kept after all with another", async () => {
    const socket = await refused("unavailable", null);
    expect(text("progress")).toContain("nichts speichern");
    press("discard");
    await settle();
    expect(text("progress")).toContain("Verworfen");
    press("undo-discard");
    await settle();
    press("retry");
    await settle();
    expect(socket.sentOf("message")).toHaveLength(2);
  });
});

test("a reload loses no word that was not sent", async () => {
  await live();
  await write("message-input", "Meine Lampe");
  panel.remove();
  await live([event(1, message("Hallo"), VISITOR)]);
  expect((find("message-input") as HTMLTextAreaElement).value).toBe("Meine Lampe");
});
