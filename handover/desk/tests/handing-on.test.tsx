import { describe, expect, it } from "vitest";
import { HandedNotices } from "../src/conversation/handed-notices";
import { ConversationHeader } from "../src/conversation/header";
import { EventLine } from "../src/conversation/event-line";
import { OpenConversation } from "../src/state/conversation";
import { HandedOn } from "../src/state/handed";
import { sees } from "../src/state/permissions";
import { route } from "../src/state/route";
import { Offers } from "../src/ui/offers";
import type { Actor, ConversationDirected, ConversationSummary, DeskEvent, Payload } from "../src/wire";
import { ANNA, answers, asked, box, callsOf, colleague, draw, fill, find, offer, queued, queueView, refused, soon, submit, texts, useHouse, workplace } from "./house";
import { event, message, row } from "./samples";

useHouse();

const BEN: Actor = { kind: "agent", id: "ben", name: "Ben" };
const by = (actor: Actor, number: number, data: Payload): DeskEvent => ({ ...event(number, data), actor });
const mine = (change: Partial<ConversationSummary> = {}) =>
  row("c", { state: "agent", owner_id: "anna", owner_name: "Anna", ownership_version: 3, trust: "code", customer_id: "k", customer_name: "Erika", ...change });
const bens = (change: Partial<ConversationSummary> = {}) => mine({ owner_id: "ben", owner_name: "Ben", ...change });
const show = (shown: ConversationSummary) => draw(<ConversationHeader row={shown} onDossier={() => {}} />);
const items = () => [...box.querySelectorAll<HTMLElement>('[data-testid="more"] button')].map((one) => one.dataset["testid"]);
const dialog = (name: string) => find(`dialog-${name}`);
const choose = (kind: string, id: string) =>
  box.querySelector<HTMLInputElement>(`[data-kind="${kind}"][data-id="${id}"] input`)!.click();
/** As if somebody had typed the reason; a page is drawn before they can press anything else. */
async function because(text: string): Promise<void> {
  fill(box.querySelector<HTMLTextAreaElement>('textarea[name="reason"]')!, text);
  await drawn();
}
const drawn = () => new Promise((done) => setTimeout(done, 50));
const send = (name: string) => submit(dialog(name)!.querySelector("form"));

async function open(act: string): Promise<void> {
  await soon(() => expect(find(act)).not.toBeNull());
  find(act)!.click();
  await soon(() => expect(dialog(act)).not.toBeNull());
}

describe("the menu of a case", () => {
  it("offers the owner what is theirs to do, and no take-over of their own", async () => {
    await show(mine());
    expect(items()).toEqual(expect.arrayContaining(["transfer", "split", "release", "mail-transcript"]));
    expect(items()).not.toContain("take-over");
    expect(items()).not.toContain("assign");
  });

  it("offers a colleague to take over, and a supervisor to assign", async () => {
    await show(bens());
    expect(items()).toContain("take-over");
    expect(items()).not.toContain("transfer");
    workplace.agent.may = [...ANNA.may, "supervise"];
    await show(row("c"));
    expect(items()).toContain("assign");
  });

  it("offers to merge only where the customer has another open conversation", async () => {
    answers["GET /api/conversations/c/siblings"] = { conversations: [] };
    await show(mine());
    await soon(() => expect(callsOf("GET /api/conversations/c/siblings")).toHaveLength(1));
    expect(items()).not.toContain("merge");
    answers["GET /api/conversations/c/siblings"] = { conversations: [row("d", { customer_id: "k" })] };
    workplace.put(row("d", { customer_id: "k" }));
    await soon(() => expect(items()).toContain("merge"));
  });
});

describe("passing a case on", () => {
  const AGENTS = [
    colleague("anna"),
    colleague("ben", { load: 4 }),
    colleague("cem", { status: "away", languages: ["en"] }),
    colleague("dora", { load: 0 }),
  ];

  it("goes to the person chosen, with the reason, after what was said", async () => {
    answers["GET /api/queue"] = queueView({ agents: AGENTS, topics: ["billing"], teams: ["contracts"] });
    answers["POST /api/conversations/c/transfer"] = { summary: row("c", { offered_to: "ben" }) };
    await show(mine());
    await open("transfer");
    const ids = [...box.querySelectorAll<HTMLElement>('[data-testid="goal"]')].map(({ dataset }) => dataset["id"]);
    expect(ids).toEqual(["dora", "ben", "cem", "billing", "contracts"]);
    choose("person", "ben");
    await soon(() => expect(find("outlook")!.textContent).toBe("Ben is asked at once. Ben has enough conversations already (4 of 4)."));
    await because(" speaks English ");
    send("transfer");
    await soon(() => expect(dialog("transfer")).toBeNull());
    expect(callsOf("POST /api/conversations/c/transfer")).toEqual([
      { ownership_version: 3, to_kind: "person", to_id: "ben", reason: "speaks English" },
    ]);
    expect(workplace.rows.value.get("c")?.state).toBe("waiting");
  });

  it("says before that somebody is not there, and does not speak the language", async () => {
    answers["GET /api/queue"] = queueView({ agents: AGENTS });
    await show(mine());
    await open("transfer");
    choose("person", "cem");
    await soon(() =>
      expect(find("outlook")!.textContent).toBe(
        "Cem is not there; the case then waits for everybody. By their profile Cem does not speak the visitor's language.",
      ),
    );
  });

  it("says that nobody is there for a team, and that the case goes out of sight; then it does", async () => {
    answers["GET /api/queue"] = queueView({ agents: AGENTS, teams: ["contracts"] });
    answers["POST /api/conversations/c/transfer"] = { summary: row("c", { team: "contracts" }) };
    await show(mine());
    workplace.put(mine());
    await open("transfer");
    choose("team", "contracts");
    await soon(() => expect(find("outlook")!.textContent).toMatch(/Nobody is there.*not see the case any more/));
    await because("a contract");
    send("transfer");
    await soon(() => expect(workplace.rows.value.has("c")).toBe(false));
  });

  it("asks whereto, keeps what was written when it is refused, and says why", async () => {
    answers["GET /api/queue"] = queueView({ agents: AGENTS });
    answers["POST /api/conversations/c/transfer"] = refused(409, "stale_ownership");
    await show(mine());
    await open("transfer");
    await because("please");
    send("transfer");
    await soon(() => expect(dialog("transfer")!.textContent).toContain("Choose where"));
    expect(asked.filter(({ call }) => call.startsWith("POST"))).toEqual([]);
    choose("person", "ben");
    await soon(() => expect(find("outlook")!.textContent).toContain("Ben"));
    send("transfer");
    await soon(() => expect(dialog("transfer")!.querySelector('[role="alert"]')).not.toBeNull());
    expect(box.querySelector<HTMLTextAreaElement>('textarea[name="reason"]')!.value).toBe("please");
  });
});

describe("taking over", () => {
  it("takes the case out of the hands it was seen in, with a reason", async () => {
    answers["POST /api/conversations/c/take-over"] = { summary: mine({ ownership_version: 4 }) };
    await show(bens());
    await open("take-over");
    expect(dialog("take-over")!.textContent).toContain("Take the conversation over from Ben");
    await because("I know her");
    await show(bens({ ownership_version: 9 })); // it changed hands while the reason was written
    send("take-over");
    await soon(() => expect(dialog("take-over")).toBeNull());
    expect(callsOf("POST /api/conversations/c/take-over")).toEqual([{ ownership_version: 3, reason: "I know her" }]);
  });
});

describe("assigning", () => {
  it("gives the case to somebody who is at work and may see it", async () => {
    workplace.agent.may = [...ANNA.may, "supervise"];
    answers["GET /api/queue"] = queueView({
      agents: [
        colleague("anna"),
        colleague("ben", { team: "contracts", status: "busy" }),
        colleague("cem", { team: "contracts", online: false }),
        colleague("dora", { team: "contracts", status: "off" }),
      ],
    });
    answers["POST /api/conversations/c/assign"] = refused(409, "not_there", { agent_name: "Ben" });
    await show(row("c", { team: "contracts" }));
    await open("assign");
    expect(texts("goal")).toHaveLength(1);
    choose("person", "ben");
    await soon(() => expect(box.querySelector('[data-id="ben"] input:checked')).not.toBeNull());
    send("assign");
    await soon(() => expect(dialog("assign")!.textContent).toContain("Ben cannot be given the case right now"));
    answers["POST /api/conversations/c/assign"] = { summary: bens() };
    send("assign");
    await soon(() => expect(dialog("assign")).toBeNull());
    expect(callsOf("POST /api/conversations/c/assign")).toHaveLength(2);
  });
});

describe("merging", () => {
  const other = (change: Partial<ConversationSummary> = {}) => row("d", { customer_id: "k", last_text: "Hello?", ...change });

  async function begin(...rows: ConversationSummary[]): Promise<void> {
    answers["GET /api/conversations/c/siblings"] = { conversations: rows };
    await show(mine());
    await open("merge");
    await soon(() => expect(texts("sibling").length).toBeGreaterThan(0));
  }

  it("ends the other conversation and goes on here", async () => {
    answers["POST /api/conversations/d/merge"] = { summary: mine(), ended: other({ state: "closed" }) };
    await begin(other());
    send("merge");
    await soon(() => expect(dialog("merge")).toBeNull());
    expect(callsOf("POST /api/conversations/d/merge")).toEqual([{ into: "c" }]);
    expect(workplace.rows.value.get("d")?.state).toBe("closed");
  });

  it("goes on in the other one if that is chosen, and shows it", async () => {
    answers["POST /api/conversations/c/merge"] = { summary: bens({ id: "d" }), ended: mine({ state: "closed" }) };
    await begin(other());
    box.querySelector<HTMLInputElement>('input[value="there"]')!.click();
    await soon(() => expect(box.querySelector('input[value="there"]:checked')).not.toBeNull());
    send("merge");
    await soon(() => expect(route.value).toMatchObject({ conversation: "d" }));
    expect(callsOf("POST /api/conversations/c/merge")).toEqual([{ into: "d" }]);
  });

  it("goes on here where the bot answers there, and takes nothing from a colleague", async () => {
    await begin(other({ state: "bot" }), bens({ id: "e" }));
    expect(texts("sibling")).toHaveLength(1);
    await soon(() => expect(box.querySelector<HTMLInputElement>('input[value="there"]')!.disabled).toBe(true));
    expect(dialog("merge")!.textContent).toContain("a colleague has cannot be merged");
  });
});

describe("splitting", () => {
  function opened(): void {
    const shown = new OpenConversation("c", { known: () => {}, drafts: () => {} });
    shown.log.value = [message(1, "first"), event(2), message(3, "<b>second</b>")];
    shown.loading.value = "ready";
    workplace.open.value = shown;
  }

  it("makes the chosen messages a case of its own, once even if the answer was lost", async () => {
    opened();
    answers["GET /api/queue"] = queueView({ topics: ["billing"] });
    answers["POST /api/conversations/c/split"] = refused(503, "unavailable");
    await show(mine());
    await open("split");
    expect(texts("split-message")).toHaveLength(2);
    expect(find("dialog-submit")!.hasAttribute("disabled")).toBe(true);
    box.querySelectorAll<HTMLInputElement>('[data-testid="split-message"] input')[1]!.click();
    await soon(() => expect(find("dialog-submit")!.hasAttribute("disabled")).toBe(false));
    const topic = box.querySelector<HTMLSelectElement>('select[name="topic"]')!;
    topic.value = "billing";
    topic.dispatchEvent(new Event("change", { bubbles: true }));
    await drawn();
    send("split");
    await soon(() => expect(dialog("split")!.querySelector('[role="alert"]')).not.toBeNull());
    answers["POST /api/conversations/c/split"] = { summary: row("n", { reason: "split" }) };
    send("split");
    await soon(() => expect(dialog("split")).toBeNull());
    const [first, second] = callsOf("POST /api/conversations/c/split") as Record<string, unknown>[];
    expect(first).toMatchObject({ ownership_version: 3, numbers: [3], topic: "billing" });
    expect(second).toEqual(first);
    expect(workplace.rows.value.get("n")?.reason).toBe("split");
  });

  it("says why it cannot be done for somebody who has not proven who they are", async () => {
    opened();
    await show(mine({ trust: "none" }));
    await open("split");
    expect(dialog("split")!.textContent).toContain("proven who they are");
    expect(find("dialog-submit")).toBeNull();
  });
});

describe("what the log tells", () => {
  const line = (told: DeskEvent) => draw(<EventLine event={told} log={[told]} row={mine()} />);
  const directed = (change: Partial<ConversationDirected>): ConversationDirected => ({
    type: "conversation.directed", how: "transfer", to_kind: "person", to_id: "ben", to_name: "Ben", from_id: "anna", from_name: "Anna", reason: "", ...change,
  });

  it.each([
    [directed({ reason: "a\u202ebc" }), "Sophie passed the conversation on to Ben. Reason: abc"],
    [directed({ to_kind: "topic", to_id: "billing" }), "Sophie passed the conversation on to the topic “Billing”."],
    [directed({ to_kind: "team", to_id: "first_line" }), "Sophie passed the conversation on to the team “first line”."],
    [directed({ how: "take_over", reason: "urgent" }), "Ben took the conversation over from Anna. Reason: urgent"],
    [directed({ how: "assign" }), "Sophie moved the conversation from Anna to Ben."],
    [directed({ how: "assign", from_id: null, from_name: null }), "Sophie assigned the conversation to Ben."],
  ])("who moved it where and why: %#", async (data, words) => {
    await line(by({ kind: "agent", id: "sophie", name: "Sophie" }, 4, data));
    expect(find("event")!.textContent).toContain(words);
  });

  it.each(["conversation.transferred", "conversation.merged"] as const)("%s once, with its reason", async (type) => {
    await line(by(BEN, 4, { type }));
    expect(box.textContent).toBe("");
  });

  it("what was said in the conversation that goes on here, once somebody wants to read it", async () => {
    answers["GET /api/conversations/d?cursor=0"] = {
      summary: row("d"), events: [message(1, "Hello\u202e?"), event(2)], cursor: 0, earlier: true, drafts: {},
    };
    await line(by(BEN, 4, { type: "conversation.linked", link: "merged_from", conversation_id: "d", quoted: [] }));
    expect(find("linked")!.querySelector("a")!.getAttribute("href")).toBe("/desk/c/d");
    expect(asked.some(({ call }) => call.includes("/d"))).toBe(false);
    const folded = find("merged") as HTMLDetailsElement;
    folded.open = true;
    folded.dispatchEvent(new Event("toggle"));
    await soon(() => expect(texts("quote")).toHaveLength(1));
    expect(find("quote")!.textContent).toContain("Hello?");
    expect(folded.textContent).toContain("Older ones are in the other conversation");
  });

  it("what this case began with", async () => {
    const quoted = [{ number: 3, at: "2026-03-04T10:00:00Z", by: "visitor", name: null, text: "<i>my invoice</i>", files: ["bill.pdf"] }] as const;
    await line(by(BEN, 2, { type: "conversation.linked", link: "split_from", conversation_id: "d", quoted }));
    expect(find("quoted")!.textContent).toContain("<i>my invoice</i>");
    expect(find("quoted")!.textContent).toContain("bill.pdf");
  });
});

describe("who is told of a case that changed hands", () => {
  const told = (actor: Actor, data: Partial<ConversationDirected>): DeskEvent =>
    by(actor, 4, { type: "conversation.directed", how: "take_over", to_kind: "person", to_id: "ben", to_name: "Ben", from_id: "anna", from_name: "Anna", reason: "urgent", ...data });
  const claimed = (id: string, name: string): DeskEvent =>
    by({ kind: "agent", id, name }, 6, { type: "conversation.claimed", agent_id: id, agent_name: name });

  it("is whoever had it: by whom, and why; until they have seen it", async () => {
    await draw(<HandedNotices />);
    workplace.handed.heard(told(BEN, {}), bens());
    await soon(() => expect(texts("handed")[0]).toContain("Ben goes on with your case Erika. Reason: urgent"));
    expect(find("handed")!.closest('[role="alert"]')).not.toBeNull();
    find("handed")!.querySelector("button")!.click();
    await soon(() => expect(texts("handed")).toEqual([]));
  });

  it("is whoever was given it without asking, and never whoever did it", async () => {
    await draw(<HandedNotices />);
    const sophie: Actor = { kind: "agent", id: "sophie", name: "Sophie" };
    workplace.handed.heard(told(sophie, { how: "assign", to_id: "anna", to_name: "Anna", from_id: null, from_name: null, reason: "" }), mine());
    await soon(() => expect(texts("handed")[0]).toContain("Sophie assigned you the case Erika."));
    workplace.handed.heard(told({ kind: "agent", id: "anna", name: "Anna" }, { to_id: "anna" }), row("x"));
    expect(workplace.handed.notices.value).toHaveLength(1);
  });

  it("is whoever passed it on, once somebody else took it; a reload in between forgets nothing", () => {
    const me: Actor = { kind: "agent", id: "anna", name: "Anna" };
    new HandedOn("anna").heard(told(me, { how: "transfer" }), row("c"));
    const again = new HandedOn("anna");
    again.heard(claimed("ben", "Ben"), bens());
    expect(again.notices.value.map(({ how, to }) => [how, to])).toEqual([["arrived", "Ben"]]);
    again.heard(claimed("ben", "Ben"), bens());
    expect(again.notices.value).toHaveLength(1);
    again.heard(told(me, { how: "transfer" }), row("d"));
    again.heard(claimed("anna", "Anna"), mine({ id: "d" }));
    expect(again.notices.value).toHaveLength(1);
  });
});

describe("an offer that a colleague makes", () => {
  it("says who hands the case on, and why", async () => {
    const handed = offer("o", { because: ["transferred"], from_name: "Ben", reason: "an invoice\u202e" });
    answers["GET /api/queue"] = queueView({ waiting: [queued("c", { offer: handed })] });
    await draw(<Offers />);
    await soon(() => expect(find("offer-from")?.textContent).toBe("Ben hands you this case: an invoice"));
  });
});

describe("need to know", () => {
  it("is what the desk says: mine, my team's, nobody's, what I am asked to take, and all for supervisors", () => {
    const anna = { ...ANNA, team: "contracts" };
    expect(sees(anna, row("c"))).toBe(true);
    expect(sees(anna, row("c", { team: "contracts" }))).toBe(true);
    expect(sees(anna, row("c", { team: "workshop" }))).toBe(false);
    expect(sees(anna, row("c", { team: "workshop", owner_id: "anna" }))).toBe(true);
    expect(sees(anna, row("c", { team: "workshop", offered_to: "anna" }))).toBe(true);
    expect(sees({ ...anna, may: [...anna.may, "read_all_conversations"] }, row("c", { team: "workshop" }))).toBe(true);
  });
});
