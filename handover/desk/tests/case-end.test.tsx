import { describe, expect, it, vi } from "vitest";
import { CloseDialog } from "../src/conversation/close-dialog";
import { TaskDialog } from "../src/conversation/task-dialog";
import { CaseEnd } from "../src/dossier/case-end";
import { GapSection } from "../src/dossier/gap";
import { GapForm, gapFormOf } from "../src/endings/gap-form";
import { fieldValue, isoOf, picked } from "../src/endings/times";
import { GapsPage } from "../src/pages/gaps";
import { TasksPage } from "../src/pages/tasks";
import { OpenConversation } from "../src/state/conversation";
import { now } from "../src/texts/format";
import type { DeskEvent } from "../src/wire";
import type { GapDraft, GapView, TaskView, WrapUpView } from "../src/wire-endings";
import { answers, box, callsOf, draw, fill, find, refused, soon, submit, texts, useHouse, workplace } from "./house";
import { event, row } from "./samples";

useHouse();

const NOTHING = { value: null, source: null, detail: "" };
const GUESSED: WrapUpView = {
  ended_at: null,
  agent_id: "anna",
  topics: ["orders", "billing"],
  guesses: {
    outcome: { value: "solved", source: "usual", detail: "" },
    topic: { value: "orders", source: "case", detail: "" },
    root_cause: { value: "delivery", source: "intent", detail: "parcel_late" },
    bot_could: { value: "article_exists", source: "passage", detail: "" },
    article_id: { value: "parcel-late", source: "passage", detail: "Late parcels" },
  },
  article: { id: "parcel-late", title: "Late parcels", language: "en" },
  judged: null,
  skipped: false,
  may_judge: true,
};
const SAID = {
  outcome: "solved",
  topic: "orders",
  root_cause: "delivery",
  bot_could: "article_exists",
  article_id: "parcel-late",
  remark: "",
};
const mine = row("c", { state: "agent", owner_id: "anna", trust: "code", ownership_version: 3 });
const drawn = (): Promise<void> => new Promise((done) => setTimeout(done));
const choose = (name: string, value: string) => {
  const select = box.querySelector<HTMLSelectElement>(`select[name="${name}"]`)!;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
};

async function closing(view: WrapUpView | Response = GUESSED) {
  answers["GET /api/conversations/c/wrap-up"] = view;
  answers["POST /api/conversations/c/close"] = { summary: { ...mine, state: "closed" } };
  const closed = vi.fn();
  await draw(<CloseDialog row={mine} onClose={closed} />);
  return { closed, form: box.querySelector("form"), sent: () => callsOf("POST /api/conversations/c/close") };
}

describe("closing a case", () => {
  it("takes what is guessed with one key, and says what that is read from", async () => {
    const { form, sent, closed } = await closing();
    await soon(() => expect(find("guess-root_cause")?.textContent).toContain("last understood"));
    expect(find("guess-topic")?.textContent).toContain("routed by this topic");
    expect(find("article-chosen")?.dataset["id"]).toBe("parcel-late");
    submit(form);
    await soon(() => expect(closed).toHaveBeenCalled());
    expect(sent()).toEqual([{ ownership_version: 3, outcome: "solved", wrap_up: SAID }]);
  });

  it("waits for the guesses rather than to lose them, and is not held up where they fail", async () => {
    const { form, sent, closed } = await closing(refused(500, "internal"));
    submit(form);
    await soon(() => expect(closed).toHaveBeenCalled());
    expect(sent()).toEqual([{ ownership_version: 3, outcome: "solved", wrap_up: null }]);
  });

  it("keeps what was chosen by hand when the guesses come late", async () => {
    const { form, sent } = await closing();
    choose("root_cause", "our_mistake");
    await soon(() => expect(find("guess-topic")).not.toBeNull());
    expect(find("guess-root_cause")).toBeNull();
    choose("bot_could", "misread");
    await soon(() => expect(find("article-picker")).toBeNull());
    submit(form);
    await soon(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]).toMatchObject({ wrap_up: { root_cause: "our_mistake", bot_could: "misread", article_id: null } });
  });

  it("chooses the outcome by its digit, but not while a remark is written", async () => {
    await closing();
    const press = (target: Element, key: string) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    press(box.querySelector('input[name="outcome"]')!, "3");
    await soon(() => expect(box.querySelector<HTMLInputElement>('input[value="unsolved"]')!.checked).toBe(true));
    press(box.querySelector('textarea[name="remark"]')!, "1");
    expect(box.querySelector<HTMLInputElement>('input[value="unsolved"]')!.checked).toBe(true);
  });

  it("goes without a wrap-up, too", async () => {
    const { sent } = await closing();
    find("wrap-up-skip")!.click();
    await soon(() => expect(sent()).toEqual([{ ownership_version: 3, outcome: "solved", wrap_up: null }]));
  });

  it("sends the transcript first, and not again when only the close has failed", async () => {
    const { form, sent } = await closing();
    answers["POST /api/conversations/c/transcript"] = { summary: mine };
    answers["POST /api/conversations/c/close"] = refused(500, "internal");
    box.querySelector<HTMLInputElement>('input[name="transcript"]')!.click();
    submit(form);
    await soon(() => expect(sent()).toHaveLength(1));
    await soon(() => expect(box.querySelector('[role="alert"]')).not.toBeNull());
    submit(form);
    await soon(() => expect(sent()).toHaveLength(2));
    expect(callsOf("POST /api/conversations/c/transcript")).toHaveLength(1);
  });

  it("finds the right article by its title", async () => {
    await closing();
    answers["GET /api/articles?query=insured&language=de"] = {
      articles: [{ id: "parcel-insurance", title: "Is it <b>insured</b>?", language: "en" }],
    };
    await soon(() => expect(find("article-picker")).not.toBeNull());
    fill(box.querySelector<HTMLInputElement>('input[name="article"]')!, "insured");
    await soon(() => expect(find("article-option")?.textContent).toContain("Is it <b>insured</b>?"));
    find("article-option")!.click();
    await soon(() => expect(find("article-chosen")?.dataset["id"]).toBe("parcel-insurance"));
  });
});

const ended = row("c", { state: "closed" });

async function opened(view: WrapUpView, ...log: DeskEvent[]) {
  answers["GET /api/conversations/c/wrap-up"] = view;
  const open = new OpenConversation("c", { known: () => {}, drafts: () => {} });
  open.log.value = log;
  await draw(<CaseEnd open={open} row={ended} />);
  return open;
}

describe("a case that has ended", () => {
  const view = { ...GUESSED, ended_at: "2026-03-04T10:00:00Z" };

  it("asks whoever had it how it went", async () => {
    answers["PUT /api/conversations/c/wrap-up"] = { summary: ended };
    await opened(view);
    await soon(() => expect(find("wrap-up-form")).not.toBeNull());
    submit(find("wrap-up-form"));
    await soon(() => expect(callsOf("PUT /api/conversations/c/wrap-up")).toEqual([SAID]));
  });

  it("shows what was said of it once it is saved, also where the event is there before the desk's answer", async () => {
    const open = await opened(view);
    await soon(() => expect(find("wrap-up-form")).not.toBeNull());
    const judged = { wrap_up: SAID as never, by: "Anna", at: "2026-03-04T11:00:00Z" };
    answers["GET /api/conversations/c/wrap-up"] = { ...view, judged };
    open.log.value = [event(7, { type: "conversation.wrapped_up", ...SAID } as never)];
    await soon(() => expect(find("wrap-up")!.textContent).toContain("By Anna"));
    expect(find("wrap-up-form")).toBeNull();
  });

  it("shows colleagues what was said, as text, and asks them nothing", async () => {
    const wrap_up = { ...SAID, remark: "<img src=x>" } as never;
    const judged = { wrap_up, by: "Ben", at: "2026-03-04T11:00:00Z" };
    await opened({ ...view, agent_id: "ben", may_judge: false, judged });
    await soon(() => expect(find("wrap-up")?.textContent).toContain("<img src=x>"));
    expect(find("wrap-up")?.textContent).toContain("By Ben");
    expect(find("wrap-up-change")).toBeNull();
  });

  it("shows nothing where no agent had it", async () => {
    await opened({ ...view, ended_at: null });
    await soon(() => expect(callsOf("GET /api/conversations/c/wrap-up")).toHaveLength(1));
    expect(find("wrap-up")).toBeNull();
  });
});

const DRAFT: GapDraft = {
  language: "de",
  questions: [
    { number: 2, text: "Ist  mein Paket\nversichert?" },
    { number: 4, text: "Hallo?" },
  ],
  answers: [
    { number: 5, text: "Ja, bis 500 Euro." },
    { number: 6, text: "Gern geschehen." },
  ],
  question_number: 2,
  answer_numbers: [5],
  topic: "orders",
  hidden: ["name"],
};

describe("a proposal to the editors", () => {
  async function begun() {
    answers["GET /api/conversations/c/gap"] = DRAFT;
    const form = new GapForm("c");
    await form.load();
    return form;
  }

  it("begins with what the bot missed and what the agent answered", async () => {
    const { gap } = await begun();
    expect(gap.value).toMatchObject({ question: "Ist mein Paket versichert?", answer: "Ja, bis 500 Euro.", topic: "orders" });
  });

  it("takes messages in and out, and never what was written by hand", async () => {
    const form = await begun();
    form.toggle(6);
    expect(form.gap.value.answer).toBe("Ja, bis 500 Euro.\n\nGern geschehen.");
    form.toggle(6);
    expect(form.gap.value.answer).toBe("Ja, bis 500 Euro.");
    form.change({ answer: "Ja, immer." });
    form.toggle(5);
    expect(form.gap.value.answer).toBe("Ja, immer.");
    form.toggle(5);
    expect(form.gap.value.answer).toBe("Ja, immer.\n\nJa, bis 500 Euro.");
  });

  it("stays open and says that it was sent, although nothing asks for it any more", async () => {
    answers["GET /api/conversations/c/gap"] = DRAFT;
    answers["POST /api/conversations/c/gap"] = { gap: GAP, hidden: [] };
    const open = new OpenConversation("c", { known: () => undefined, drafts: () => undefined });
    await draw(<GapSection open={open} unfold />);
    await soon(() => expect(find("gap-form")).not.toBeNull());
    submit(find("gap-form"));
    await soon(() => expect(find("gap-sent")).not.toBeNull());
    await draw(<GapSection open={open} unfold={false} />);
    expect((find("dossier-gap") as HTMLDetailsElement).open).toBe(true);
    expect(gapFormOf("ben", "c").sent.value).toBeNull(); // whoever logs in next
  });
});

const GAP: GapView = {
  id: "g1",
  language: "de",
  question: "Ist mein Paket <b>versichert</b>?",
  topic: null,
  state: "open",
  reason: "",
  article_id: null,
  answers: [{ question: "Versichert?", answer: "Ja.", remark: "", by: "Anna", at: "2026-03-04T10:00:00Z" }],
  count: 2,
  version: 1,
  made_at: "2026-03-04T10:00:00Z",
  settled_at: null,
  settled_by: null,
};

describe("the page of gaps", () => {
  it("shows an agent why theirs was rejected", async () => {
    const rejected = { ...GAP, state: "rejected", reason: "Is in an article.", settled_by: "Emil" };
    answers["GET /api/gaps/mine"] = { gaps: [rejected] };
    await draw(<GapsPage />);
    await soon(() => expect(find("gap-settled")?.textContent).toContain("Is in an article."));
    expect(find("gap-take-up")).toBeNull();
    expect(box.querySelector("b")).toBeNull();
  });

  it("lets an editor reject with a reason, and says where it went", async () => {
    Object.assign(workplace.agent, { may: ["own_account", "settle_gaps"] });
    answers["GET /api/gaps?state=open"] = { gaps: [GAP] };
    answers["POST /api/gaps/g1/reject"] = { ...GAP, state: "rejected", version: 2 };
    await draw(<GapsPage />);
    await soon(() => expect(find("gap-reject")).not.toBeNull());
    find("gap-reject")!.click();
    await soon(() => expect(find("dialog-reject-gap")).not.toBeNull());
    fill(box.querySelector<HTMLTextAreaElement>('textarea[name="reason"]')!, " twice ");
    await drawn();
    submit(box.querySelector("form"));
    await soon(() => expect(callsOf("POST /api/gaps/g1/reject")).toEqual([{ version: 1, reason: "twice" }]));
    await soon(() => expect(find("gap-moved")?.textContent).toContain("Rejected"));
  });
});

describe("tasks", () => {
  const task = (id: string, due_at: string, change: Partial<TaskView> = {}): TaskView => ({
    id,
    conversation_id: "c",
    customer_name: "Erika",
    kind: "callback",
    due_at,
    note: id,
    agent_id: "anna",
    agent_name: "Anna",
    made_by: "Ben",
    made_at: "2026-03-04T10:00:00Z",
    done_at: null,
    done_by: null,
    ...change,
  });
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

  it("are due when their time has come, mine and everybody's, and nobody else's", async () => {
    const late = [task("mine", at(-1)), task("all", at(-1), { agent_id: null }), task("ben", at(-1), { agent_id: "ben" })];
    answers["GET /api/tasks?which=open"] = { tasks: [...late, task("later", at(60))], contacts: [] };
    now.value = Date.now();
    await workplace.tasks.refresh();
    expect(workplace.tasks.due.value.map(({ id }) => id)).toEqual(["mine", "all"]);
    now.value += 61 * 60_000;
    expect(workplace.tasks.due.value).toHaveLength(3);
    now.value = Date.now();
  });

  it("are finished by one key", async () => {
    const [first, second] = [task("first", at(-5)), task("second", at(-1))];
    answers["GET /api/tasks?which=open"] = { tasks: [first, second], contacts: [] };
    answers["POST /api/tasks/second/done"] = { ...second, done_at: at(0), done_by: "Anna" };
    now.value = Date.now();
    await workplace.tasks.refresh();
    await draw(<TasksPage />);
    await soon(() => expect(texts("task")).toHaveLength(2));
    for (const key of ["j", "j", "x"]) dispatchEvent(new KeyboardEvent("keydown", { key }));
    await soon(() => expect(callsOf("POST /api/tasks/second/done")).toEqual([{ is_done: true }]));
    await soon(() => expect(find("task-settled")?.textContent).toContain("Erika"));
  });

  it("show a visitor's own wish, to be settled there", async () => {
    const contact = { kind: "callback", value: "+49401", shown: "040 1", note: "", created_at: at(-9), settled: null };
    answers["GET /api/tasks?which=open"] = {
      tasks: [],
      contacts: [{ conversation_id: "c", customer_name: null, contact, may_settle: true }],
    };
    answers["POST /api/conversations/c/contact/settle"] = { summary: row("c") };
    await workplace.tasks.refresh();
    await draw(<TasksPage />);
    await soon(() => expect(find("wish-reached")).not.toBeNull());
    find("wish-reached")!.click();
    await soon(() => expect(callsOf("POST /api/conversations/c/contact/settle")).toEqual([{ outcome: "reached" }]));
  });

  it("are made for a time in the agent's own clock, kept as UTC", async () => {
    answers["POST /api/conversations/c/tasks"] = { number: 9 };
    const closed = vi.fn();
    await draw(<TaskDialog row={ended} onClose={closed} />);
    const due = box.querySelector<HTMLInputElement>('input[name="due"]')!;
    fill(due, "2020-01-01T09:00");
    await drawn();
    submit(box.querySelector("form"));
    await soon(() => expect(box.textContent).toContain("has passed"));
    expect(callsOf("POST /api/conversations/c/tasks")).toEqual([]);
    find("pick-tomorrow")!.click();
    await soon(() => expect(due.value).toBe(fieldValue(picked("tomorrow", new Date())!)));
    submit(box.querySelector("form"));
    await soon(() => expect(closed).toHaveBeenCalled());
    const [made] = callsOf("POST /api/conversations/c/tasks");
    expect(made).toMatchObject({ kind: "follow_up", agent_id: "anna", due_at: isoOf(due.value) });
  });

  it("have usual times, none of them past", () => {
    const monday = new Date(2026, 2, 9, 17, 30);
    expect(picked("afternoon", monday)).toBeNull();
    expect(fieldValue(picked("tomorrow", monday)!)).toBe("2026-03-10T09:00");
    expect(fieldValue(picked("monday", monday)!)).toBe("2026-03-16T09:00");
    expect(fieldValue(picked("hour", monday)!)).toBe("2026-03-09T18:30");
    expect(fieldValue(picked("monday", new Date(2026, 2, 15, 8))!)).toBe("2026-03-16T09:00");
    expect(isoOf("")).toBeNull();
  });
});

describe("cases ended by their visitor", () => {
  it("wait for a word of whoever had them, and no longer once they are judged", async () => {
    answers["GET /api/wrap-ups"] = { wrap_ups: [{ conversation_id: "c", customer_name: null, ended_at: "2026-03-04T10:00:00Z" }] };
    await workplace.wrapUps.refresh();
    expect([...workplace.wrapUps.ids.value]).toEqual(["c"]);
    answers["GET /api/wrap-ups"] = { wrap_ups: [] };
    const closed = event(9, { type: "conversation.closed", outcome: null });
    workplace.wrapUps.heard(closed, row("d", { state: "agent", owner_id: "ben" }));
    workplace.wrapUps.heard(closed, row("c"));
    await soon(() => expect(workplace.wrapUps.ids.value.size).toBe(0));
    expect(callsOf("GET /api/wrap-ups")).toHaveLength(2);
  });
});

it("guesses nothing where nothing is known", async () => {
  const nothing = { outcome: NOTHING, topic: NOTHING, root_cause: NOTHING, bot_could: NOTHING, article_id: NOTHING };
  const { form, sent } = await closing({ ...GUESSED, guesses: nothing, article: null });
  await soon(() => expect(box.querySelector('[aria-busy="false"]')).not.toBeNull());
  submit(form);
  await soon(() => expect(sent()).toHaveLength(1));
  expect(sent()[0]).toMatchObject({ wrap_up: { outcome: "solved", topic: null, root_cause: null, bot_could: null } });
});
