import { describe, expect, it } from "vitest";
import { RulesPage } from "../src/pages/rules";
import { moved } from "../src/rules/groups";
import { duration, promised } from "../src/supervision/wait";
import { choose } from "../src/texts";
import { changeSentence, placeName, problemSentence } from "../src/texts/rules";
import type { RulesDocument, RulesView } from "../src/wire-rules";
import { ANNA, answers, box, callsOf, draw, fill, find, press, refused, soon, submit, texts, useHouse, workplace } from "./house";

const DOCUMENT: RulesDocument = {
  mode: "manual",
  offers: { answer_within: 30, relax_topic_after: 120, relax_language_after: null, ask_again_after: 60 },
  leave_after: 900,
  queue_limit: 50,
  phone_region: "DE",
  service_level: { accept_within: 60, answer_within: null },
  hours: { time_zone: "Europe/Berlin", always: true, week: {}, holidays: null, closed: [] },
  topics: { billing: ["dunning"], technical: ["repair"] },
  teams: {},
};
const FILE = { version: 0, at: null, agent_name: null, note: "", of_file: true, brought_back: null, changes: [] };
const view = (change: Partial<RulesView> = {}): RulesView => ({
  version: 0,
  of_file: true,
  file_name: "desk.yaml",
  document: DOCUMENT,
  intents: ["dunning", "repair"],
  in_use: { topics: { technical: 2 }, teams: {} },
  history: [FILE],
  ...change,
});
const LIMIT = { place: "queue_limit", before: 50, after: 7 };

useHouse();

async function page(document = DOCUMENT): Promise<void> {
  sessionStorage.clear();
  workplace.agent.may = [...ANNA.may, "keep_desk_rules"];
  answers["GET /api/desk-rules"] = view({ document });
  await draw(<RulesPage />);
  await soon(() => expect(find("rules-hours")).not.toBeNull());
}
const field = (name: string) => box.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
async function look(): Promise<void> {
  await workplace.queue.refresh(); // Preact has drawn what was typed
  submit(box.querySelector("form.rules-form"));
}

describe("the rules of the desk", () => {
  it("are saved after a look at what changes, with a note and the version they are based on", async () => {
    await page();
    fill(field("queue_limit"), "7");
    answers["POST /api/desk-rules/preview"] = { changes: [LIMIT] };
    await look();
    await soon(() => expect(find("rules-changes")!.textContent).toBe("Limit of the queue: 50 → 7"));
    fill(field("note"), "busy");
    await workplace.queue.refresh();
    const document = { ...DOCUMENT, queue_limit: 7 };
    answers["PUT /api/desk-rules"] = view({ version: 1, of_file: false, document });
    submit(find("dialog-rules")!.querySelector("form"));
    await soon(() => expect(find("rules-done")!.textContent).toContain("from now on"));
    expect(callsOf("PUT /api/desk-rules")).toEqual([{ document, version: 0, note: "busy" }]);
    expect(find("rules-which")!.textContent).toContain("Version 1 counts");
    expect(find("rules-discard")).toBeNull();
  });

  it("say at each place what is wrong, and keep what was typed", async () => {
    await page();
    fill(field("leave_after"), "5");
    const data = { leave_after: "range", "topics.technical": "in_use:2", elsewhere: "nobody knows" };
    answers["POST /api/desk-rules/preview"] = refused(422, "invalid_rules", data);
    await look();
    await soon(() => expect(find("rules-refused")!.querySelectorAll("li")).toHaveLength(3));
    expect(find("rules-refused")!.textContent).toContain("Still in use (2)");
    expect(field("leave_after").value).toBe("5");
    expect(field("leave_after").getAttribute("aria-invalid")).toBe("true");
    await soon(() => expect(document.activeElement).toBe(find("rules-refused")));
  });

  it("lead to what went wrong, wherever it was pressed", async () => {
    await page();
    answers["POST /api/desk-rules/preview"] = refused(503, "unavailable");
    press("rules-close-today");
    await soon(() => expect(document.activeElement).toBe(find("rules-refused")));
  });

  it("show whoever was outrun what came first, and lose nothing of theirs", async () => {
    await page();
    fill(field("queue_limit"), "7");
    answers["POST /api/desk-rules/preview"] = { changes: [LIMIT] };
    await look();
    await soon(() => expect(find("dialog-rules")).not.toBeNull());
    answers["PUT /api/desk-rules"] = refused(409, "stale_version");
    const theirs = { ...FILE, version: 1, of_file: false, changes: [{ place: "leave_after", before: 900, after: 60 }] };
    answers["GET /api/desk-rules"] = view({ version: 1, of_file: false, history: [theirs, FILE] });
    submit(find("dialog-rules")!.querySelector("form"));
    await soon(() => expect(find("rules-clash")!.textContent).toContain("900 s → 60 s"));
    expect(find("dialog-rules")).toBeNull();
    expect(field("queue_limit").value).toBe("7");
  });

  it("tell of a change by somebody else as soon as the desk does", async () => {
    await page();
    workplace.rulesVersion.value = 3;
    await soon(() => expect(find("rules-theirs")).not.toBeNull());
    answers["GET /api/desk-rules"] = view({ version: 3, document: { ...DOCUMENT, queue_limit: 9 } });
    find("rules-theirs")!.querySelector("button")!.click();
    await soon(() => expect(field("queue_limit").value).toBe("9"));
    expect(find("rules-theirs")).toBeNull();
  });

  it("say when they were changed while their author's entries waited for the page to be loaded anew", async () => {
    await page();
    fill(field("queue_limit"), "7");
    await soon(() => expect(find("rules-discard")).not.toBeNull());
    await draw(null);
    answers["GET /api/desk-rules"] = view({ version: 2, document: { ...DOCUMENT, leave_after: 60 } });
    await draw(<RulesPage />);
    await soon(() => expect(find("rules-clash")).not.toBeNull());
    expect(field("queue_limit").value).toBe("7");
  });

  it("warn before a desk is never open", async () => {
    await page();
    expect(find("rules-never")!.textContent).toBe("");
    field("hours.always").click();
    await soon(() => expect(find("rules-never")!.textContent).toContain("never open"));
    box.querySelector<HTMLButtonElement>(`[data-testid="rules-monday"] button`)!.click();
    await soon(() => expect(find("rules-never")!.textContent).toBe(""));
  });

  it("open a day again that was closed for today, and keep the other closed days", async () => {
    const now = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Berlin" }).format(new Date());
    const closing = (closed: string[]) => ({ ...DOCUMENT, hours: { ...DOCUMENT.hours, closed } });
    await page(closing([now, "2999-12-24"]));
    expect(find("rules-close-today")!.textContent).toBe("Open again today …");
    answers["POST /api/desk-rules/preview"] = { changes: [LIMIT] };
    press("rules-close-today");
    await soon(() => expect(callsOf("POST /api/desk-rules/preview")).toEqual([{ document: closing(["2999-12-24"]) }]));
  });

  it("offer no removal of what is in use", async () => {
    await page();
    expect(texts("rules-topic")[1]).toContain("In use (2 people or conversations)");
    expect(texts("rules-topic")[0]).toContain("Remove");
  });

  it("take a new topic by a name that the file could hold", async () => {
    await page();
    fill(field("new-topic"), "Große Geräte!");
    await workplace.queue.refresh();
    press("add-topic");
    await soon(() => expect(find("rules-groups")!.textContent).toContain("small letters"));
    fill(field("new-topic"), "Large devices");
    await workplace.queue.refresh();
    press("add-topic");
    await soon(() => expect(texts("rules-topic")).toHaveLength(3));
    expect(box.querySelector('[data-name="large_devices"]')).not.toBeNull();
  });
});

describe("words for rules", () => {
  it("name days, topics and teams, and show places without words as they are", () => {
    choose("de");
    expect(placeName("hours.week.monday.0")).toBe("Öffnungszeiten am Montag");
    expect(placeName("teams.large_devices")).toBe("Team large devices");
    expect(placeName("some.place")).toBe("some.place");
    expect(problemSentence("in_two:repair")).toBe("Doppelt zugeordnet: repair");
  });

  it("tell of lists what came and what went", () => {
    choose("en");
    const change = { place: "topics.billing", before: ["dunning"], after: ["repair"] };
    expect(changeSentence(change)).toMatch(/^Topic .+: added .+; removed .+$/);
    expect(changeSentence({ place: "hours.week.friday", before: null, after: ["08:00-12:00"] })).toContain("08:00-12:00");
    expect(changeSentence({ place: "hours.always", before: true, after: false })).toContain("yes → no");
  });
});

describe("a member of groups", () => {
  it("stands in one alone, or in none", () => {
    const groups = { a: ["x"], b: ["y"] };
    expect(moved(groups, "x", "b")).toEqual({ a: [], b: ["y", "x"] });
    expect(moved(groups, "x", null)).toEqual({ a: [], b: ["y"] });
  });
});

describe("a promised time", () => {
  it.each([
    [47, 60, "kept"],
    [48, 60, "close"],
    [60, 60, "close"],
    [61, 60, "over"],
    [9_999, null, "kept"],
  ] as const)("%s s of %s is %s", (seconds, within, state) => {
    expect(promised(seconds, within)).toBe(state);
  });

  it.each([
    [0, "0:00"],
    [200, "3:20"],
    [3_800, "1:03:20"],
    [-5, "0:00"],
  ])("%s s reads %s", (seconds, shown) => expect(duration(seconds)).toBe(shown));
});
