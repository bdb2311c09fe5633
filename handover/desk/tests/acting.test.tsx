import { describe, expect, it } from "vitest";
import { Acts } from "../src/acting/acts";
import { ActingProvider } from "../src/acting/context";
import { Dealings } from "../src/acting/dealings";
import { draftOf, happens, refusal } from "../src/acting/words";
import { Evidence } from "../src/dossier/evidence";
import { AskForProof } from "../src/acting/ask-for-proof";
import { useActing } from "../src/acting/context";
import { OpenConversation } from "../src/state/conversation";
import { choose } from "../src/texts";
import { REQUEST_KINDS, type AccountFound, type RequestView, type ServiceAnswered } from "../src/wire-acting";
import type { Dossier } from "../src/wire-dossier";
import { answers, asked, box, callsOf, draw, fill, find, press, refused, soon, submit, useHouse, workplace } from "./house";
import { event, row } from "./samples";

useHouse();

const MINE = row("c", { state: "agent", owner_id: "anna", customer_id: "k", trust: "code", ownership_version: 4 });
const ACCOUNT = {
  outcome: "found",
  contact: { number: "K-1", name: "Erika", email: "e@example.org", phone: null, street: null, postcode: null, city: null },
  consents: [],
  invoices: [],
  payments: [],
  payment_methods: [],
  subscriptions: [],
  plans: [],
  outages: [],
  refunds: [],
  returns: [],
  requests: [],
  claimable: [],
} satisfies AccountFound;
const DOSSIER = { orders: [], credits: [], customer: null } as unknown as Dossier;
const OFFERED = {
  outcome: "offered",
  because: "",
  facts: { number: "10001", refund_cents: 0, currency: "EUR", method: "" },
  reference: null,
  undo_until: null,
  documents: [],
} satisfies ServiceAnswered;

function Proof() {
  const acting = useActing();
  return acting && <AskForProof acting={acting} />;
}

function desk(shown = MINE) {
  const open = new OpenConversation("c", { known: () => {}, drafts: () => {} });
  return {
    open,
    page: (
      <ActingProvider open={open} row={shown} dossier={DOSSIER} onReply={() => {}}>
        <Dealings />
        <Proof />
        <Acts label="Order" kinds={["order.cancel"]} subject="10001" />
      </ActingProvider>
    ),
  };
}

describe("the account of the customer", () => {
  it("is asked for once, and again after something was done", async () => {
    answers["GET /api/conversations/c/account?language=en"] = ACCOUNT;
    const { open, page } = desk();
    await draw(page);
    await soon(() => expect(find("dossier-acting")?.textContent).toContain("No requests yet."));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(callsOf("GET /api/conversations/c/account?language=en")).toHaveLength(1);
    open.log.value = [event(1), event(2, { type: "service.rendered", kind: "order.cancel", reference: "V-1", subject: "1", documents: [] })];
    await soon(() => expect(callsOf("GET /api/conversations/c/account?language=en")).toHaveLength(2));
  });
});

const dialog = (): HTMLElement => find("dialog-acting")!;
const seen = (): string | undefined => find("acting-seen")?.dataset["outcome"];

/** What the desk says to a preview, and what to the deed. */
function decide(preview: ServiceAnswered, deed?: ServiceAnswered | Response): void {
  answers["GET /api/conversations/c/account?language=en"] = ACCOUNT;
  answers["POST /api/conversations/c/requests"] = preview;
  if (deed) afterPreview = () => (answers["POST /api/conversations/c/requests"] = deed);
}
let afterPreview = () => {};

describe("a request", () => {
  it("says what happens before it is done, once, and then offers words for the answer", async () => {
    const done = { ...OFFERED, outcome: "done", reference: "V-7K3Q9M" } as const;
    decide(OFFERED, done);
    await draw(desk().page);
    await soon(() => expect(find("dossier-acting")?.textContent).toContain("No requests yet."));
    press("act-order.cancel");
    await soon(() => expect(seen()).toBe("offered"));
    expect(dialog().textContent).toContain("Order 10001 will not be delivered.");
    expect(dialog().textContent).toContain("Nothing has been paid yet");
    await soon(() => expect(document.activeElement).toBe(find("dialog-submit")));
    afterPreview();
    submit(find("acting-form"));
    await soon(() => expect(find("acting-done")?.dataset["reference"]).toBe("V-7K3Q9M"));
    const about = { ownership_version: 4, kind: "order.cancel", subject: "10001", params: {} };
    expect(callsOf("POST /api/conversations/c/requests")).toEqual([
      { ...about, preview: true },
      { ...about, preview: false },
    ]);
    const draft = workplace.drafts.of("c", "message");
    draft.value = "Guten Tag,";
    press("acting-insert");
    // the customer's language, not the page's; what was written stays
    expect(draft.value).toBe(
      "Guten Tag,\nIch habe Ihre Bestellung 10001 storniert (Vorgang V-7K3Q9M). Die Bestätigung kommt per E-Mail.",
    );
    await soon(() => expect(find("dialog-acting")).toBeNull());
  });

  it("that is refused says why, and cannot be done", async () => {
    decide({ ...OFFERED, outcome: "refused", because: "order.cancel.shipped", facts: { number: "10001" } });
    await draw(desk().page);
    await soon(() => expect(find("act-order.cancel")).not.toBeNull());
    press("act-order.cancel");
    await soon(() => expect(find("acting-refused")?.textContent).toContain("Order 10001 is on its way already."));
    expect((find("dialog-submit") as HTMLButtonElement).disabled).toBe(true);
  });

  it("that could not be looked into can be looked into again", async () => {
    decide(OFFERED);
    answers["POST /api/conversations/c/requests"] = refused(503, "internal");
    await draw(desk().page);
    await soon(() => expect(find("act-order.cancel")).not.toBeNull());
    press("act-order.cancel");
    const again = () => dialog().querySelector<HTMLElement>('[data-testid="failed-load"] button');
    await soon(() => expect(again()).not.toBeNull());
    answers["POST /api/conversations/c/requests"] = OFFERED;
    again()!.click();
    await soon(() => expect(seen()).toBe("offered"));
    expect(again()).toBeNull();
  });

  it("keeps its dialog and tells what went wrong when the case has changed hands", async () => {
    decide(OFFERED, refused(409, "stale_ownership"));
    await draw(desk().page);
    await soon(() => expect(find("act-order.cancel")).not.toBeNull());
    press("act-order.cancel");
    await soon(() => expect(seen()).toBe("offered"));
    afterPreview();
    submit(find("acting-form"));
    await soon(() => expect(dialog().querySelector('[role="alert"]')?.textContent).toContain("no longer with you"));
  });

  it("is looked into only when what is typed is sent, and anew when it is changed", async () => {
    decide({ ...OFFERED, facts: { part: "phone", before: null, after: "+49 171 2345678" } });
    await draw(desk().page);
    await soon(() => expect(find("act-contact.change")).not.toBeNull());
    press("act-contact.change");
    await soon(() => expect(find("acting-form")).not.toBeNull());
    const field = () => dialog().querySelector<HTMLInputElement>("[name=phone]")!;
    fill(field(), "0171 2345678");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(callsOf("POST /api/conversations/c/requests")).toEqual([]);
    submit(find("acting-form"));
    await soon(() => expect(dialog().textContent).toContain("New telephone number: +49 171 2345678."));
    fill(field(), "0171 2345679");
    await soon(() => expect(seen()).toBe(""));
    expect(find("dialog-submit")?.textContent).toBe("Check");
  });
});

describe("who may act", () => {
  it("is whoever has the case of a customer who has proven who they are", async () => {
    answers["GET /api/conversations/c/account?language=en"] = ACCOUNT;
    await draw(desk({ ...MINE, owner_id: "ben" }).page);
    expect(find("act-order.cancel")).toBeNull();
    expect(find("dossier-acting")).toBeNull();
    expect(asked.filter(({ call }) => call.includes("/account"))).toEqual([]);
  });

  it("asks a visitor who has not to do so, once", async () => {
    answers["POST /api/conversations/c/identity"] = { summary: MINE };
    const { open, page } = desk({ ...MINE, customer_id: null, trust: "none" });
    await draw(page);
    expect(find("act-order.cancel")).toBeNull();
    press("ask-for-proof");
    await soon(() => expect(callsOf("POST /api/conversations/c/identity")).toEqual([{ ownership_version: 4 }]));
    open.log.value = [event(1, { type: "identity.requested" })];
    await soon(() => expect(find("acting-proof")?.textContent).toContain("The visitor has the form before them now."));
    expect(find("ask-for-proof")).toBeNull();
  });
});

describe("the requests of a customer", () => {
  const made = (change: Partial<RequestView>): RequestView => ({
    reference: "V-1",
    kind: "order.cancel",
    subject: "10001",
    facts: {},
    state: "done",
    created_at: "2026-03-04T10:00:00Z",
    undo_until: "2099-03-04T10:00:00Z",
    ...change,
  });

  it("can be undone in time, and not after it, nor twice", async () => {
    const requests = [
      made({}),
      made({ reference: "V-2", undo_until: "2020-03-04T10:00:00Z" }),
      made({ reference: "V-3", state: "undone" }),
      made({ reference: "V-4", undo_until: null }),
    ];
    answers["GET /api/conversations/c/account?language=en"] = { ...ACCOUNT, requests };
    await draw(desk().page);
    await soon(() => expect(box.querySelectorAll('[data-testid="request"]')).toHaveLength(4));
    const undoable = [...box.querySelectorAll('[data-testid="act-request.undo"]')];
    expect(undoable.map((key) => key.closest("li")?.dataset["reference"])).toEqual(["V-1"]);
  });

  it("say so when they cannot be loaded, and are asked for again", async () => {
    await draw(desk().page);
    await soon(() => expect(find("failed-load")).not.toBeNull());
    answers["GET /api/conversations/c/account?language=en"] = ACCOUNT;
    find("failed-load")?.querySelector("button")?.click();
    await soon(() => expect(find("dossier-acting")?.textContent).toContain("No requests yet."));
  });
});

const FACTS: Record<string, Record<string, string | number | null>> = {
  "order.cancel": { number: "1", refund_cents: 500, currency: "EUR", method: "PayPal", refund_from: "2026-03-12", refund_until: "2026-03-15" },
  "order.change_address": { number: "1", street: "A 1", postcode: "2", city: "C", old_street: "B 2", old_postcode: "3", old_city: "D" },
  "order.return": {
    number: "1",
    names_de: "Ding",
    names_en: "Thing",
    sealed_de: "Ding",
    sealed_en: "Thing",
    price_cents: 500,
    currency: "EUR",
    last_day: "2026-03-12",
    checked_within: 5,
    free: 1,
    collect_on: null,
  },
  "order.return_label": { number: "1", return_number: "V-1" },
  "invoice.copy": { number: "1" },
  "invoice.dispute": { number: "1", cents: 5, currency: "EUR", method: "Visa", times: 2, last_on: "2026-03-12", expected_on: "2026-03-12" },
  "invoice.pay_again": { number: "1", cents: 5, currency: "EUR", method: "Visa" },
  "payment.change_default": { method: "Visa", method_before: "PayPal" },
  "subscription.change_plan": { direction: "up", to_plan: "plus", to_cents: 999, due_cents: 5, currency: "EUR", valid_from: "2026-03-12" },
  "subscription.cancel": { plan: "plus", ends_on: "2026-03-31" },
  "subscription.pause": { paused_from: "2026-04-01", paused_until: "2026-04-30", resumes_on: "2026-05-01" },
  "subscription.resume": { mode: "pause", monthly_cents: 999, currency: "EUR", paid_until: "2026-03-31" },
  "contact.change": { part: "address", before: "A", after: "B" },
  "request.undo": { undone_kind: "order.cancel", undone_subject: "1", undone_reference: "V-1" },
};

describe.each(["de", "en"] as const)("the words of a request in %s", (language) => {
  it.each(REQUEST_KINDS)("%s has none left open", (kind) => {
    choose(language);
    const account = { ...ACCOUNT, plans: [] };
    const words = [...happens({ kind, subject: "A-1" }, FACTS[kind]!, account), draftOf({ kind, subject: "1" }, language, "V-1", account)];
    expect(words.join(" ")).not.toMatch(/[{}]|undefined|NaN|null/);
  });

  it("say why, and the rule's own name where this page knows no words", () => {
    choose(language);
    expect(refusal("return.too_late", "1", { number: "1", last_day: "2026-03-12" })).not.toMatch(/[{}]/);
    expect(refusal("rule.of_tomorrow", "1", {})).toBe("rule.of_tomorrow");
  });
});

describe("the evidence of a credit", () => {
  const LATE = { order_number: "10041", promised_on: "2026-11-18", delivered_at: "2026-11-18T12:00:00Z", days_late: 5 };
  const told = async (state: string) => {
    await draw(<Evidence inputs={{ ...LATE, order_state: state }} currency="EUR" reason="late_delivery" />);
    return find("evidence")!.textContent;
  };

  it("does not take the first parcel for the whole order", async () => {
    expect(await told("partly_delivered")).toMatch(/only part of it has come\..*5 days late/);
    expect(await told("delivered")).toContain("and came on");
  });
});
