import { render } from "preact";
import { beforeEach, describe, expect, it } from "vitest";
import { EventLine } from "../src/conversation/event-line";
import { WorkplaceContext } from "../src/state/workplace";
import { choose } from "../src/texts";
import type { DeskEvent } from "../src/wire";
import { useHouse, workplace } from "./house";
import { event, message, row } from "./samples";

const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> [x](javascript:alert(3))';
const BEN = { kind: "agent", id: "b", name: "Ben" } as const;

function drawn(shown: DeskEvent, log: DeskEvent[] = [shown], visitorRead = 0): HTMLElement {
  const box = document.createElement("ol");
  render(
    <WorkplaceContext.Provider value={workplace}>
      <EventLine event={shown} log={log} row={row("c", { visitor_read: visitorRead, customer_name: "Erika" })} />
    </WorkplaceContext.Provider>,
    box,
  );
  return box;
}

useHouse();
beforeEach(() => choose("en"));

describe("an event in the conversation", () => {
  it.each(["visitor", "agent", "bot"] as const)("shows hostile text of the %s as text", (kind) => {
    const box = drawn({ ...message(2, HOSTILE), actor: { kind, id: null, name: HOSTILE } });
    expect(box.textContent).toContain("<script>alert(2)</script>");
    expect(box.querySelector("img, script, a")).toBeNull();
  });

  it("marks a note as private", () => {
    const note = drawn({ ...event(3, { type: "note.posted", text: "careful", mentions: [], whisper_to: null }), actor: BEN });
    expect(note.querySelector('[data-testid="note"]')?.textContent).toContain("Private note by Ben");
  });

  it("tells a whisper from a note, and whom it was for; names stand out where the desk says they are meant", () => {
    const words = { type: "note.posted", text: "@Anna, mail x@Anna.example", mentions: ["anna"], whisper_to: null } as const;
    const note = drawn({ ...event(3, words), actor: BEN });
    expect([...note.querySelectorAll(".mention")].map((name) => name.textContent)).toEqual(["@Anna"]);
    const head = (whisper_to: string) => drawn({ ...event(3, { ...words, whisper_to }), actor: BEN }).querySelector("b")?.textContent;
    expect([head("anna"), head("b2")]).toEqual(["Ben whispers to you", "Ben whispers to somebody else"]);
  });

  it("marks the last word of our side as read once the visitor has read that far", () => {
    const word = { ...message(4, "Hello"), actor: BEN };
    const mark = (read: number) => drawn(word, [word], read).querySelector('[data-testid="read-mark"]')?.textContent;
    expect([mark(3), mark(4)]).toEqual(["Sent", "Read"]);
  });

  it("links a document to where the staff may fetch it", () => {
    const documents = [{ id: "d/1", kind: "invoice", name: "Rechnung.pdf" }];
    const box = drawn(event(5, { ...message(5, "Here").data, documents } as DeskEvent["data"]));
    const link = box.querySelector<HTMLAnchorElement>('[data-testid="document"]');
    expect(link?.getAttribute("href")).toBe("/api/conversations/c/documents/d%2F1");
    expect([link?.download, link?.textContent]).toEqual(["Rechnung.pdf", "Document: Rechnung.pdf"]);
  });

  it("shows the cards that the visitor was shown, with their document and with no link that is not of the web", () => {
    const order = {
      kind: "order",
      number: "10023",
      state: "shipped",
      ordered_on: "2026-11-02",
      promised_on: "2026-11-05",
      delivered_on: null,
      days_late: 5,
      carrier: HOSTILE,
      tracking_code: "NP1",
      tracking_url: "javascript:alert(4)",
      total_cents: 9_990,
      currency: "EUR",
      lines: [{ text: HOSTILE, quantity: 2, amount_cents: 9_990 }],
    };
    const invoice = {
      kind: "invoice",
      number: "RE-1",
      state: "overdue",
      issued_on: "2026-11-01",
      due_on: "2026-11-15",
      total_cents: 999,
      open_cents: 999,
      currency: "EUR",
      lines: [],
      document: { id: "d1", kind: "invoice", name: "Invoice-RE-1.pdf" },
    };
    const cards = [order, invoice, { kind: "voucher" }];
    const box = drawn(event(5, { ...message(5, "Here").data, cards } as unknown as DeskEvent["data"]));
    const told = (kind: string) => box.querySelector(`[data-testid="${kind}-card"]`)?.textContent ?? "";
    for (const part of ["Order 10023", "Shipped", "5 days late", "€99.90", "NP1", "2 × "]) expect(told("order")).toContain(part);
    for (const part of ["Invoice RE-1", "Overdue", "€9.99", "15 Nov 2026"]) expect(told("invoice")).toContain(part);
    expect(told("voucher")).toContain("Please reload");
    expect(box.querySelector("img, script")).toBeNull();
    const links = [...box.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual(["/api/conversations/c/documents/d1"]);
  });

  it("says what the customer had done by themselves", () => {
    const made = { kind: "invoice.dispute", reference: "V-7", subject: "RE-2006", facts: {} };
    const box = drawn(event(8, { type: "service.request_made", ...made }));
    expect(box.textContent).toContain("Double charge reported (RE-2006), reference V-7");
  });

  it("tells of an offer that was declined, and leaves it to the claim to tell of an accepted one", () => {
    const ended = { type: "routing.offer_ended", offer_id: "o", agent_id: "b" } as const;
    expect(drawn(event(9, { ...ended, result: "declined" })).textContent).toContain("The offer was declined.");
    expect(drawn(event(9, { ...ended, result: "accepted" })).textContent).toBe("");
  });

  it("tells who settled a wish, unless it ended by itself", () => {
    const settled = { ...event(9, { type: "contact.settled", kind: "callback", outcome: "reached" }), actor: BEN };
    expect(drawn(settled).textContent).toContain("Wants a call back: Reached (Ben).");
    const ended = event(9, { type: "contact.settled", kind: "callback", outcome: "case_ended" });
    expect(drawn(ended).textContent).toContain("Wants a call back: Ended with the case.");
  });

  it("shows which of the offered answers was chosen", () => {
    const offer = event(5, {
      ...message(5, "Which one?").data,
      choices: [
        { id: "a", label: "One" },
        { id: "b", label: "Two" },
      ],
    } as DeskEvent["data"]);
    const taken = event(6, {
      ...message(6, "Two").data,
      choice_taken: { message_number: 5, choice_id: "b" },
    } as DeskEvent["data"]);
    expect(drawn(offer, [offer, taken]).querySelector(".taken")?.textContent).toBe("Two (chosen)");
  });

  it("says of a proposal that only the staff see it, and why it is one", () => {
    const proposed = event(7, {
      type: "credit.proposed",
      decision_id: "d",
      amount_cents: 18_900,
      currency: "EUR",
      reason: "damaged_item",
      subject: "10023",
      because: "limit.bot",
    });
    const card = drawn(proposed).querySelector('[data-testid="credit"]')?.textContent;
    for (const part of ["€189.00", "order 10023", "above the bot's limit", "Visible to colleagues only"])
      expect(card).toContain(part);
  });
});
