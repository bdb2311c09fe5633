import { beforeEach, describe, expect, it, vi } from "vitest";
import { Composer } from "../src/conversation/composer";
import { answersOf } from "../src/dossier/tried";
import { NextSteps } from "../src/dossier/next-steps";
import { OpenConversation } from "../src/state/conversation";
import { unreadText, used, type Inserted } from "../src/state/suggestions";
import type { ConversationSummary, Payload } from "../src/wire";
import type { MessageUnderstood, NextStep } from "../src/wire-dossier";
import type { Suggestion } from "../src/wire-suggestions";
import { answers, box, callsOf, draw, fill, find, press, soon, texts, useHouse, workplace } from "./house";
import { event, message, row } from "./samples";

const PAYPAL: Suggestion = {
  source: { kind: "article", id: "paypal" },
  title: "Paying with PayPal",
  text: "Yes, you can pay with **PayPal**.",
  language: "en",
  confidence: 0.82,
  version: "v1",
};
const ORDER: Suggestion = { ...PAYPAL, source: { kind: "order", id: "10023" }, title: "", text: "It was sent.", confidence: null };
const GREETING: Suggestion = {
  ...PAYPAL,
  source: { kind: "canned", id: "g" },
  title: "Greeting",
  text: "Hello {customer.name},",
  confidence: null,
};
const MINE = { state: "agent", owner_id: "anna", customer_name: "Erika Lindner", language: "en" } as const;
const CASE = "/api/conversations/c";

function understood(number: number, change: Partial<MessageUnderstood> = {}): MessageUnderstood {
  const usual = { intents: [], entities: [], slots: {}, search: null, helped: null, milliseconds: 1, aside: false };
  const passage = { article_id: "paypal", title: "PayPal", score: 0.9, used: true, topics: [] };
  return { message_number: number, text: "?", passages: [passage], ...usual, ...change };
}

const reading = (number: number): Payload => ({
  type: "bot.understood",
  ...{ message_number: number, intents: [], entities: [], slots: {}, passages: [], search: null },
  ...{ milliseconds: 1, aside: true },
});

useHouse();

describe("drafts above the text field", () => {
  let open: OpenConversation;
  const field = () => find("composer-text") as HTMLTextAreaElement;
  function key(name: string, more: KeyboardEventInit = {}, target: EventTarget = field()): void {
    const pressed = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
    pressed.getModifierState = () => false; // happy-dom takes Alt for AltGr
    target.dispatchEvent(pressed);
  }
  const state = () => find("suggestions-state")?.dataset["state"];

  async function composer(drafts: readonly Suggestion[] = [PAYPAL, ORDER, GREETING], change: Partial<ConversationSummary> = {}) {
    answers[`GET ${CASE}/suggestions`] = { message_number: 4, drafts };
    answers[`POST ${CASE}/messages`] = { number: 9 };
    open = new OpenConversation("c", { known: () => undefined, drafts: () => undefined });
    open.log.value = [message(4, "Can I pay with PayPal?")];
    await draw(<Composer open={open} row={row("c", { ...MINE, ...change })} />);
  }
  beforeEach(() => sessionStorage.clear());

  it("are told apart by one line without Markdown's signs, and keep the ways it names", async () => {
    await composer([{ ...PAYPAL, text: "1. Open **My account > Orders**.\n2. See [returns](https://a.example).\n\n> Within 30 days." }]);
    await soon(() => expect(texts("suggestion-insert")[0]).toContain("1. Open My account > Orders. 2. See returns. Within 30 days."));
  });

  it("stand there with their source and how likely they fit, and are asked for only by who answers", async () => {
    await composer();
    await soon(() => expect(texts("suggestion-source")).toEqual(["Article: Paying with PayPal", "Order 10023", "Canned answer: Greeting"]));
    expect(find("suggestions")!.textContent).toContain("82%");
    await composer([PAYPAL], { owner_id: "ben" });
    expect(find("suggestions")).toBeNull();
  });

  it("are put in by one key, are not sent by it, and are taken out again as they came", async () => {
    await composer();
    await soon(() => expect(find("suggestion")).not.toBeNull());
    key("1", { altKey: true });
    await soon(() => expect(field().value).toBe(PAYPAL.text));
    expect(workplace.outbox.entries.value).toEqual([]);
    expect(find("draft-inserted")).not.toBeNull();
    key("z", { ctrlKey: true });
    await soon(() => expect(field().value).toBe(""));
  });

  it("are added to what stands there, and undone with it untouched, until it is gone on with", async () => {
    await composer();
    await soon(() => expect(find("suggestion")).not.toBeNull());
    fill(field(), "Hello Erika, ");
    key("2", { altKey: true });
    await soon(() => expect(field().value).toBe("Hello Erika,\n\nIt was sent."));
    press("draft-undo");
    await soon(() => expect(field().value).toBe("Hello Erika, "));
    key("2", { altKey: true });
    await soon(() => expect(find("draft-undo")).not.toBeNull());
    fill(field(), `${field().value} Today.`);
    await soon(() => expect(find("draft-undo")).toBeNull());
  });

  it("fill in what a canned answer leaves open", async () => {
    await composer();
    await soon(() => expect(find("suggestion")).not.toBeNull());
    key("3", { altKey: true });
    await soon(() => expect(field().value).toBe("Hello Erika Lindner,"));
  });

  it("are reached by the arrow key out of the empty field, and hidden for this message by Escape", async () => {
    await composer();
    await soon(() => expect(find("suggestion")).not.toBeNull());
    field().focus();
    key("ArrowUp");
    expect(document.activeElement).toBe(find("suggestion-insert"));
    key("Escape", {}, document.activeElement!);
    await soon(() => expect(state()).toBe("hidden"));
    expect(document.activeElement).toBe(field());
    answers[`GET ${CASE}/suggestions`] = { message_number: 6, drafts: [ORDER] };
    open.log.value = [...open.log.value, message(6, "And 10023?")];
    await soon(() => expect(texts("suggestion-source")).toEqual(["Order 10023"]));
  });

  it("say so when there is none, when all is answered and when they could not be fetched", async () => {
    await composer([]);
    expect(state()).toBe("loading");
    await soon(() => expect(["none", "unread"]).toContain(state()));
    answers[`GET ${CASE}/suggestions`] = { message_number: null, drafts: [] };
    open.suggesting.refresh();
    await soon(() => expect(state()).toBe("answered"));
    delete answers[`GET ${CASE}/suggestions`];
    open.suggesting.refresh();
    await soon(() => expect(find("suggestions")!.textContent).toContain("could not be loaded"));
  });

  it("are told to the desk with the message that they became, changed or not", async () => {
    await composer();
    await soon(() => expect(find("suggestion")).not.toBeNull());
    key("1", { altKey: true });
    await soon(() => expect(field().value).toBe(PAYPAL.text));
    press("send");
    await soon(() => expect(callsOf(`POST ${CASE}/messages`)).toHaveLength(1));
    expect(callsOf(`POST ${CASE}/messages`)[0]).toMatchObject({
      drafted: { source: PAYPAL.source, changed: false, for_number: 4 },
    });
    fill(field(), "Something else.");
    await soon(() => expect(find("send")!.hasAttribute("disabled")).toBe(false));
    press("send");
    await soon(() => expect(callsOf(`POST ${CASE}/messages`)).toHaveLength(2));
    expect(callsOf(`POST ${CASE}/messages`)[1]).not.toHaveProperty("drafted");
  });

  it.each([
    ["Yes, you can pay with **PayPal**.", false],
    ["Hello! Yes, you can pay with  **PayPal**. Anything else?", false],
    ["Yes, PayPal works, you can pay with it.", true],
    ["No idea.", undefined],
  ])("count as used only while some of their words are left: %j", (text, changed) => {
    const inserted: Inserted = { suggestion: PAYPAL, forNumber: 4, words: PAYPAL.text, before: "", after: PAYPAL.text };
    expect(used(inserted, text)?.changed).toBe(changed);
  });
});

describe("a text that nobody has read along", () => {
  it("is told once it had its time, until it is read", () => {
    const log = [message(4, "Hello?")];
    const at = Date.parse(log[0]!.at);
    expect(unreadText(log, at + 2_000)).toBeNull();
    expect(unreadText(log, at + 9_000)?.number).toBe(4);
    expect(unreadText([...log, event(5, reading(4))], at + 9_000)).toBeNull();
  });
});

describe("next steps", () => {
  const steps: NextStep[] = [
    {
      key: "step.answer_from_article",
      params: { title: "Paying\u202e with PayPal" },
      because: { key: "why.article", params: { message_number: 4 } },
      act: { kind: "draft", target: "paypal" },
    },
    {
      key: "step.answer_open",
      params: { question: "Can I?" },
      because: { key: "why.open_question", params: { message_number: 4 } },
      act: { kind: "jump", target: "4" },
    },
    {
      key: "step.look_at_order",
      params: { order_number: "10023" },
      because: { key: "why.order_overdue.other", params: { days: 5 } },
      act: { kind: "section", target: "orders#10023" },
    },
  ];

  it("say what they come from, and lead to it", async () => {
    const open = new OpenConversation("c", { known: () => undefined, drafts: () => undefined });
    open.suggesting.found.value = { message_number: 4, drafts: [PAYPAL] };
    const jump = vi.fn();
    await draw(<NextSteps steps={steps} open={open} row={row("c", MINE)} onJump={jump} />);
    expect(texts("step-why")).toEqual([
      "The article fits the open question and has not been shown yet.",
      "Nobody has answered it yet.",
      "It has been overdue for 5 days.",
    ]);
    expect(box.textContent).not.toContain("\u202e");
    const begin = [...box.querySelectorAll<HTMLElement>('[data-testid="step-begin"]')];
    expect(begin.map((one) => one.getAttribute("href"))).toEqual([null, "#m4", null]);
    begin[0]!.click();
    expect(open.suggesting.wanted.value?.suggestion).toBe(PAYPAL);
    expect(jump).toHaveBeenCalled();
  });
});

describe("what the bot tried", () => {
  it("names each article once, the latest first, and nothing that was only read along", () => {
    const other = { article_id: "card", title: "Cards", score: 0.5, used: true, topics: [] };
    const told = answersOf([
      understood(2, { helped: true }),
      understood(4, { helped: false }),
      understood(6, { passages: [other] }),
      understood(8, { aside: true, passages: [{ ...other, article_id: "x" }] }),
      understood(10, { passages: [{ ...other, used: false, article_id: "y" }] }),
    ]);
    expect(told).toEqual([
      { title: "Cards", number: 6, helped: null },
      { title: "PayPal", number: 4, helped: false },
    ]);
  });
});
