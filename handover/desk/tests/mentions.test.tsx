import { beforeEach, describe, expect, it } from "vitest";
import { Composer } from "../src/conversation/composer";
import { askedAt, matching, named, parts } from "../src/conversation/mentioning";
import { Outrun } from "../src/conversation/outrun";
import { Viewers } from "../src/conversation/viewers";
import { Mentioned } from "../src/lists/mentioned";
import { AddressedNotice } from "../src/ui/addressed";
import type { ConversationSummary, NotePosted } from "../src/wire";
import type { CaseColleague, MentionView } from "../src/wire-notes";
import { answers, ANNA, asked, callsOf, draw, fill, find, offer, press, queued, queueView, refused, soon, texts, useHouse, workplace } from "./house";
import { event, row } from "./samples";

const BEN: CaseColleague = { id: "ben", name: "Ben", role: "agent" };
const BEN_LEE: CaseColleague = { id: "lee", name: "Ben Lee", role: "agent" };
const SOPHIE: CaseColleague = { id: "sophie", name: "Sophie Weiß", role: "supervisor" };
const ALL = [BEN, BEN_LEE, SOPHIE];

describe("who is named in a note", () => {
  it("is looked for from the sign to the caret, and not in a mail address", () => {
    expect(askedAt("see @So", 7)).toEqual({ start: 4, end: 7, query: "So" });
    expect(askedAt("@", 1)).toEqual({ start: 0, end: 1, query: "" });
    expect(askedAt("x@So", 4)).toBeNull();
    expect(askedAt("@So\nnext", 8)).toBeNull();
  });

  it("is found by any part of the name, with or without marks, the first name first", () => {
    expect(matching(ALL, "be").map(({ id }) => id)).toEqual(["ben", "lee"]);
    expect(matching(ALL, "WEI").map(({ id }) => id)).toEqual(["sophie"]);
    expect(matching(ALL, "")).toHaveLength(3);
  });

  it("is read from the text: whole names only, the longest that fits", () => {
    const who = (text: string) => named(text, ALL).map(({ id }) => id);
    expect(who("@Ben Lee, please")).toEqual(["lee"]);
    expect(who("@Ben: and @Sophie Weiß!")).toEqual(["ben", "sophie"]);
    expect(who("@Benno, Ben, x@Ben")).toEqual([]);
    expect(named("@Ben", [BEN, { ...BEN, id: "other" }])).toHaveLength(2);
  });

  it("leaves every character of the text as it is", () => {
    const text = "a @Ben (b) @Sophie Weiß. $& \\ @Ben Lee";
    expect(parts(text, ALL).map((part) => part.text).join("")).toBe(text);
    expect(parts("@.*", [{ id: "x", name: ".*" }])).toEqual([{ text: "@.*", isName: true }]);
  });
});

const note = (change: Partial<NotePosted> = {}): NotePosted => ({
  type: "note.posted",
  text: "look here",
  mentions: ["anna"],
  whisper_to: null,
  ...change,
});
const mention = (id: string, number: number, change: Partial<MentionView> = {}): MentionView => ({
  conversation_id: id,
  number,
  at: "2026-03-04T10:00:00Z",
  by_name: "Ben",
  text: "look here",
  whisper: false,
  summary: row(id),
  ...change,
});
const from = (who: CaseColleague, data: NotePosted, number = 7) => ({
  ...event(number, data),
  actor: { kind: "agent", id: who.id, name: who.name } as const,
});

useHouse();
beforeEach(() => {
  answers["GET /api/conversations/one/colleagues"] = { colleagues: ALL };
  answers["POST /api/conversations/one/mentions/seen"] = {};
});

describe("notes that name me", () => {
  it("come by the socket, stay until they are looked at, and are told to the desk then", async () => {
    const { mentions } = workplace;
    mentions.heard(from(BEN, note()), row("one"));
    mentions.heard(from(BEN, note({ mentions: ["lee"] }), 8), row("one"));
    mentions.heard(from({ ...BEN, id: "anna" }, note(), 9), row("one"));
    expect(mentions.open.value.map(({ number }) => number)).toEqual([7]);
    expect(mentions.arrived.value?.text).toBe("look here");
    expect(mentions.conversations.value.has("one")).toBe(true);
    await mentions.see("one", 6);
    expect(asked).toEqual([]);
    await mentions.see("one", 7);
    expect(callsOf("POST /api/conversations/one/mentions/seen")).toEqual([{ number: 7 }]);
    expect([mentions.open.value, mentions.arrived.value]).toEqual([[], null]);
  });

  it("stay open while the desk cannot be told", async () => {
    answers["POST /api/conversations/one/mentions/seen"] = refused(503, "unavailable");
    workplace.mentions.heard(from(BEN, note()), row("one"));
    await workplace.mentions.see("one", 7);
    expect(workplace.mentions.open.value).toHaveLength(1);
  });

  it("are fetched, and what came meanwhile is neither lost nor doubled", async () => {
    answers["GET /api/mentions"] = { mentions: [mention("one", 7), mention("two", 3)] };
    const fetching = workplace.mentions.refresh();
    workplace.mentions.heard(from(BEN, note()), row("one"));
    workplace.mentions.heard(from(BEN, note(), 9), row("three"));
    await fetching;
    expect(workplace.mentions.open.value.map((one) => one.conversation_id)).toEqual(["three", "one", "two"]);
  });

  it("that came while the line was down are told when it is back; old ones are not, but for a whisper", async () => {
    answers["GET /api/mentions"] = { mentions: [mention("one", 7)] };
    await workplace.mentions.refresh();
    expect(workplace.mentions.arrived.value).toBeNull();
    answers["GET /api/mentions"] = { mentions: [mention("two", 3), mention("one", 7)] };
    await workplace.mentions.refresh();
    expect(workplace.mentions.arrived.value?.conversation_id).toBe("two");
    answers["GET /api/mentions"] = { mentions: [mention("four", 1), mention("three", 5, { whisper: true })] };
    await workplace.mentions.refresh();
    expect(workplace.mentions.arrived.value?.conversation_id).toBe("three");
  });

  it("stand above the lists with who wrote them and about whom", async () => {
    workplace.mentions.open.value = [mention("one", 7, { whisper: true }), mention("two", 3, { by_name: "Lee" })];
    await draw(<Mentioned current={null} />);
    expect(texts("mention").map((text) => text?.includes("Whisper"))).toEqual([true, false]);
    expect(find("mentions-count")?.textContent).toBe("2 new");
    workplace.mentions.open.value = [];
    await draw(<Mentioned current={null} />);
    expect(find("mentions")).toBeNull();
  });

  it("are told in passing, a whisper so that it interrupts", async () => {
    await draw(<AddressedNotice />);
    workplace.mentions.heard(from(BEN, note()), row("one"));
    await soon(() => expect(find("mention-notice")?.closest("[role=status]")).not.toBeNull());
    workplace.mentions.heard(from(SOPHIE, note({ whisper_to: "anna" }), 8), row("one"));
    await soon(() => expect(find("whisper-notice")?.closest("[role=alert]")?.textContent).toContain("Sophie"));
    workplace.mentions.heard(from(BEN, note(), 9), row("one"));
    expect(workplace.mentions.arrived.value?.whisper).toBe(true); // the list tells of the note
  });
});

const open = (summary: ConversationSummary) => {
  answers["GET /api/conversations/one?cursor=0"] = { summary, events: [], cursor: 0, earlier: false, drafts: {} };
  workplace.put(summary);
  workplace.show("one");
  return workplace.open.value!;
};
const field = () => find("composer-text") as HTMLTextAreaElement;

describe("the composer", () => {
  it("offers colleagues after the sign, by keyboard alone, and sends whom the note names", async () => {
    const summary = row("one");
    answers["POST /api/conversations/one/notes"] = { number: 9 };
    await draw(<Composer open={open(summary)} row={summary} />);
    field().focus();
    fill(field(), "Please @so");
    await soon(() => expect(texts("mention-option")).toHaveLength(1));
    field().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(field().value).toBe("Please @Sophie Weiß ");
    await soon(() => expect(find("mentioning")?.textContent).toBe("Will be told: Sophie Weiß"));
    press("send");
    await soon(() =>
      expect(callsOf("POST /api/conversations/one/notes")).toMatchObject([
        { text: "Please @Sophie Weiß", mentions: ["sophie"], whisper_to: null },
      ]),
    );
  });

  it("waits with a note until it knows whom it names", async () => {
    const summary = row("one");
    answers["POST /api/conversations/one/notes"] = { number: 9 };
    workplace.drafts.of("one", "note").value = "kept for @Ben";
    await draw(<Composer open={open(summary)} row={summary} />);
    press("send");
    await soon(() => expect(callsOf("POST /api/conversations/one/notes")).toMatchObject([{ mentions: ["ben"] }]));
  });

  it("says so when colleagues cannot be fetched, with another try", async () => {
    answers["GET /api/conversations/one/colleagues"] = refused(500, "internal");
    const summary = row("one");
    await draw(<Composer open={open(summary)} row={summary} />);
    fill(field(), "@");
    await soon(() => expect(find("mention-picker")?.querySelector("[role=alert]")).toBeTruthy());
    answers["GET /api/conversations/one/colleagues"] = { colleagues: ALL };
    find("mention-picker")!.querySelector("button")!.click();
    await soon(() => expect(texts("mention-option")).toHaveLength(3));
  });

  it("whispers to whoever has the case, if one supervises", async () => {
    const theirs = row("one", { state: "agent", owner_id: "ben", owner_name: "Ben" });
    answers["POST /api/conversations/one/notes"] = { number: 9 };
    await draw(<Composer open={open(theirs)} row={theirs} />);
    expect(find("mode-whisper")).toBeNull();
    workplace.agent.may = [...ANNA.may, "supervise"];
    await draw(<Composer key="again" open={workplace.open.value!} row={theirs} />);
    press("mode-whisper");
    await soon(() => expect(find("composer")?.className).toContain("mode-whisper"));
    fill(field(), "offer a refund");
    await soon(() => expect(find("send")).toHaveProperty("disabled", false));
    press("send");
    await soon(() =>
      expect(callsOf("POST /api/conversations/one/notes")).toMatchObject([{ text: "offer a refund", whisper_to: "ben" }]),
    );
  });
});

describe("colleagues in one conversation", () => {
  const viewer = (id: string, change: object = {}) => ({ agent_id: id, name: id, role: "agent" as const, writing: null, ...change });

  it("are shown as watching, without oneself and without whose case it is, and what they write", async () => {
    const theirs = row("one", { state: "agent", owner_id: "ben", owner_name: "Ben" });
    workplace.onlookers.take("one", [
      viewer("anna"),
      viewer("ben", { writing: "message" }),
      viewer("Sophie", { role: "supervisor", writing: "note" }),
    ]);
    await draw(<Viewers row={theirs} />);
    expect(texts("looking")).toEqual(["Sophie (Supervisor) is watching"]);
    expect(texts("colleague-writing")).toEqual(["ben is writing to the customer …", "Sophie is writing a note …"]);
  });

  it("are forgotten once nobody tells of them any more", () => {
    workplace.onlookers.take("one", [viewer("ben")]);
    workplace.onlookers.settle(row("one"));
    expect(workplace.onlookers.others("one")).toHaveLength(1);
    workplace.onlookers.settle(row("one", { state: "agent", owner_id: "ben" }));
    expect(workplace.onlookers.others("one")).toEqual([]);
  });

  it("who were faster are told kindly, with what one may do now", async () => {
    const theirs = row("one", { state: "agent", owner_id: "ben", owner_name: "Ben" });
    open(theirs);
    workplace.put(row("two"));
    workplace.lose(theirs, "Ben");
    await draw(<Outrun row={theirs} />);
    expect(find("outrun")?.textContent).toContain("Ben was a moment faster");
    press("outrun-note");
    expect(workplace.noteWanted.value).toBe(1);
    press("outrun-next");
    expect(location.pathname).toBe("/desk/c/two");
    expect(workplace.outrun.value).toBeNull();
  });

  it("who take what was put before me are told, too", async () => {
    answers["GET /api/queue"] = queueView({ waiting: [queued("one", { offer: offer("o") })] });
    await workplace.queue.refresh();
    const claimed = { ...event(6, { type: "conversation.claimed", agent_id: "ben", agent_name: "Ben" }), actor: from(BEN, note()).actor };
    workplace["receive"]({ type: "event", conversation_id: "one", event: claimed, summary: row("one", { state: "agent" }) });
    expect(workplace.outrun.value?.name).toBe("Ben");
  });
});
