import { beforeEach, describe, expect, it } from "vitest";
import { askedAt, filled, holes, matching, textFor, valuesFor, type knownIn } from "../src/canned/filling";
import { Composer } from "../src/conversation/composer";
import { AnswersPage } from "../src/pages/answers";
import { OpenConversation } from "../src/state/conversation";
import type { Language } from "../src/wire";
import type { CannedAnswer } from "../src/wire-canned";
import { answers, box, callsOf, draw, fill, find, press, refused, soon, submit, texts, useHouse, workplace } from "./house";
import { message, row } from "./samples";

function canned(id: string, change: Partial<CannedAnswer> = {}): CannedAnswer {
  const usual = { name: id, text_de: `Text ${id}`, text_en: `Text of ${id}`, shared: true, version: 1 };
  return { id, updated_at: "2026-03-10T12:00:00Z", ...usual, ...change };
}

describe("a canned answer", () => {
  const erika = { customer_name: "Dr. Erika  von Lindner" };
  const known = (said: string[], orders: string[]) =>
    ({
      customer: { number: "N-1" },
      orders: orders.map((number) => ({ number })),
      log: said.map((text, at) => message(at + 1, text)),
    }) as unknown as NonNullable<ReturnType<typeof knownIn>>;

  it("is filled in with what is known, and the rest stays to be seen", () => {
    const values = valuesFor({ name: "Anna Brandt" }, erika, known([], []));
    const text = filled("{customer.first_name} {customer.last_name}, {customer.number}, {agent.first_name}: {order.number}", values);
    expect(text).toBe("Erika Lindner, N-1, Anna: {order.number}");
    expect(holes(text)).toEqual([{ name: "order.number", start: 26, end: 40 }]);
    expect(valuesFor({ name: "Anna" }, { customer_name: null }, null)).toEqual({
      "agent.first_name": "Anna",
      "agent.name": "Anna",
    });
  });

  it("F54: nothing in a customer's name is ever filled in", () => {
    const values = valuesFor({ name: "Anna" }, { customer_name: "{agent.name} {customer.number}" }, known([], []));
    expect(filled("Hello {customer.name}", values)).toBe("Hello {agent.name} {customer.number}");
    for (const hostile of ["{constructor}", "{customer.__proto__}", "{0[x]}", "{slot}"])
      expect(filled(hostile, values)).toBe(hostile);
  });

  it.each([
    [["where is 10023?", "and 10024?"], ["10023", "10024"], "10024"],
    [["10023 or 10024?"], ["10023", "10024"], undefined],
    [["what about 99999?"], ["10023"], "10023"],
    [["hello"], ["10023", "10024"], undefined],
    [["order 110023"], ["10023", "10024"], undefined],
  ])("speaks of the order named last, of the only one, or of none: %j of %j", (said, orders, number) => {
    expect(valuesFor({ name: "Anna" }, erika, known(said, orders))["order.number"]).toBe(number);
  });

  it("comes in the customer's language, else in the one there is", () => {
    expect(textFor(canned("a"), "en")).toEqual({ text: "Text of a", language: "en" });
    expect(textFor(canned("a", { text_en: "" }), "en")).toEqual({ text: "Text a", language: "de" });
  });

  it("is found by all words of its name and texts, names that begin so first", () => {
    const all = [canned("a", { text_de: "Rücksendung" }), canned("Hin und Rück"), canned("Rückruf")];
    expect(matching(all, "RÜCK").map(({ id }) => id)).toEqual(["Rückruf", "Hin und Rück", "a"]);
    expect(matching(all, "rück hin").map(({ id }) => id)).toEqual(["Hin und Rück"]);
    expect(matching(all, "").length).toBe(3);
  });

  it.each([
    ["/", 1, ""],
    ["a\n/order la", 11, "order la"],
    ["/one\ntwo", 8, null],
    ["a /", 3, null],
    ["/x", 0, null],
    [`/${"x".repeat(50)}`, 51, null],
  ])("is looked for behind a slash that begins the line: %j at %i", (text, caret, query) => {
    expect(askedAt(text, caret)?.query ?? null).toBe(query);
  });
});

useHouse();

const LIST = "GET /api/canned-answers";
const mine = (language: Language = "en") =>
  row("c", { state: "agent", owner_id: "anna", ownership_version: 3, language, customer_name: "Erika Lindner" });
const field = () => find("composer-text") as HTMLTextAreaElement;

async function compose(text: string, language: Language = "en"): Promise<void> {
  const open = new OpenConversation("c", { known: () => {}, drafts: () => {} });
  await draw(<Composer open={open} row={mine(language)} />);
  await type(text);
}

async function type(text: string): Promise<void> {
  field().value = text;
  field().setSelectionRange(text.length, text.length);
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await Promise.resolve();
}

async function key(name: string): Promise<void> {
  field().dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  await new Promise((done) => setTimeout(done));
}

describe("the text field", () => {
  beforeEach(() => {
    sessionStorage.clear();
    answers["POST /api/conversations/c/messages"] = { number: 9 };
    answers[LIST] = {
      answers: [
        canned("Hello", { text_en: "Hello {customer.first_name}," }),
        canned("Late", { text_en: "Your order {order.number} is late." }),
        canned("Sorry", { text_en: "", text_de: "Es tut uns leid." }),
      ],
    };
  });

  it("puts the chosen answer where the slash stood", async () => {
    await compose("Dear friend\n/h");
    await soon(() => expect(texts("canned-option")).toHaveLength(1));
    await key("Enter");
    expect(workplace.drafts.of("c", "message").value).toBe("Dear friend\nHello Erika,");
    expect(find("canned")).toBeNull();
    expect(callsOf("POST /api/conversations/c/messages")).toEqual([]);
  });

  it("goes round the list by arrow keys and tells which one is meant", async () => {
    await compose("/");
    await soon(() => expect(texts("canned-option")).toHaveLength(3));
    const meant = () => box.querySelector(`#${CSS.escape(field().getAttribute("aria-activedescendant") ?? "")}`);
    await key("ArrowUp");
    expect(meant()?.textContent).toContain("Sorry");
    expect(meant()?.getAttribute("aria-selected")).toBe("true");
    await key("ArrowDown");
    expect(meant()?.textContent).toContain("Hello");
  });

  it("sends nothing that is not filled in, shows what is missing, and sends once it is", async () => {
    await compose("/late");
    await soon(() => expect(texts("canned-option")).toHaveLength(1));
    await key("Enter");
    await soon(() => expect(texts("hole")).toEqual(["Order number"]));
    await key("Enter");
    press("send");
    expect(callsOf("POST /api/conversations/c/messages")).toEqual([]);
    expect(field().value.slice(field().selectionStart, field().selectionEnd)).toBe("{order.number}");
    await type("Your order 10023 is late.");
    await soon(() => expect(find("holes")).toBeNull());
    press("send");
    await soon(() => expect(callsOf("POST /api/conversations/c/messages")).toHaveLength(1));
  });

  it("marks an answer that there is in the other language only", async () => {
    await compose("/sorry");
    await soon(() => expect(find("canned-option")?.textContent).toContain("German only"));
    await key("Enter");
    await soon(() => expect(find("foreign")?.textContent).toContain("in German only"));
    await type("");
    await soon(() => expect(find("foreign")).toBeNull());
  });

  it("takes the slash for a slash after Escape", async () => {
    await compose("/late");
    await soon(() => expect(find("canned")).not.toBeNull());
    await key("Escape");
    await type("/later");
    expect(find("canned")).toBeNull();
  });

  it("tells when the list cannot be fetched, and fetches it again", async () => {
    const list = answers[LIST];
    answers[LIST] = refused(503, "unavailable");
    await compose("/");
    await soon(() => expect(find("canned")?.querySelector("[role=alert]")).not.toBeNull());
    answers[LIST] = list;
    find("canned")?.querySelector("button")?.click();
    await soon(() => expect(texts("canned-option")).toHaveLength(3));
  });

  it("shows the reply as the customer will see it", async () => {
    await compose("**Good** news\n\n<b>no</b>");
    press("preview-toggle");
    await soon(() => expect(find("preview")?.querySelector("strong")?.textContent).toBe("Good"));
    expect(find("preview")?.querySelector("b")).toBeNull();
  });
});

describe("the page of canned answers", () => {
  const own = canned("mine", { shared: false });

  async function page(all: CannedAnswer[]): Promise<void> {
    answers[LIST] = { answers: all };
    await draw(<AnswersPage />);
    await soon(() => expect(find("answers-own")).not.toBeNull());
  }
  async function write(name: string, text: string): Promise<void> {
    fill(find("answer-form")!.querySelector<HTMLInputElement>(`[name=${name}]`)!, text);
    await Promise.resolve();
  }
  const save = () => submit(find("answer-form"));

  it("says what there could be where there is none", async () => {
    await page([]);
    expect(find("answers-shared")?.textContent).toContain("Supervisors can add some");
    expect(find("answers-own")?.textContent).toContain("Add what you write often");
  });

  it("lets agents change their own answers and not those of everybody", async () => {
    await page([canned("ours"), own]);
    expect(find("answers-shared")?.querySelector("button")).toBeNull();
    expect(find("answers-own")?.querySelectorAll("button")).toHaveLength(2);
  });

  it("keeps what was written when somebody else was faster, shows theirs, and overwrites it only then", async () => {
    await page([own]);
    press("answer-edit");
    await soon(() => expect(find("answer-form")).not.toBeNull());
    await write("text_en", "My text");
    answers["PUT /api/canned-answers/mine"] = refused(409, "stale_version");
    answers[LIST] = { answers: [{ ...own, text_en: "Their text", version: 2 }] };
    save();
    await soon(() => expect(find("answer-theirs")?.textContent).toContain("Their text"));
    expect(find("answer-form")?.querySelector<HTMLTextAreaElement>("[name=text_en]")?.value).toBe("My text");
    answers["PUT /api/canned-answers/mine"] = { ...own, text_en: "My text", version: 3 };
    save();
    await soon(() => expect(find("answer-form")).toBeNull());
    expect(callsOf("PUT /api/canned-answers/mine").map((body) => (body as CannedAnswer).version)).toEqual([1, 2]);
  });

  it("keeps as a new one what was changed while somebody deleted it", async () => {
    await page([own]);
    press("answer-edit");
    await soon(() => expect(find("answer-form")).not.toBeNull());
    answers["PUT /api/canned-answers/mine"] = refused(404, "not_found");
    answers[LIST] = { answers: [] };
    save();
    await soon(() => expect(find("answer-save")?.textContent).toBe("Save as a new one"));
    answers["POST /api/canned-answers"] = own;
    save();
    await soon(() => expect(callsOf("POST /api/canned-answers")).toHaveLength(1));
    expect(callsOf("POST /api/canned-answers")[0]).toMatchObject({ text_de: "Text mine", shared: false });
  });

  it("asks for a text before it asks the desk", async () => {
    await page([]);
    press("answer-new");
    await soon(() => expect(find("answer-form")).not.toBeNull());
    await write("name", "Empty");
    save();
    await soon(() => expect(find("answer-form")?.querySelector("[role=alert]")?.textContent).toContain("at least one language"));
    expect(callsOf("POST /api/canned-answers")).toEqual([]);
  });

  it("brings a deleted answer back", async () => {
    await page([own]);
    answers["POST /api/canned-answers/mine/delete"] = { ...own, version: 2 };
    answers[LIST] = { answers: [] };
    press("answer-delete");
    await soon(() => expect(find("answer-restore")).toBe(document.activeElement));
    answers["POST /api/canned-answers/mine/restore"] = { ...own, version: 3 };
    answers[LIST] = { answers: [{ ...own, version: 3 }] };
    press("answer-restore");
    await soon(() => expect(texts("answer")).toHaveLength(1));
    expect(callsOf("POST /api/canned-answers/mine/restore")).toEqual([{ version: 2 }]);
    expect(find("answer-deleted")).toBeNull();
  });
});
