import { expect, test, vi } from "vitest";
import { BOT, event, message } from "../connection/fakes";
import type { Card, InvoiceCard, Language, OrderCard } from "../connection/wire";
import { find, live, root, settle, text, usePanel } from "./opened";

usePanel();

const order = (rest: Partial<OrderCard> = {}): OrderCard => ({
  kind: "order",
  number: "10023",
  state: "shipped",
  ordered_on: "2026-11-02",
  promised_on: "2026-11-05",
  delivered_on: null,
  days_late: 0,
  carrier: "Nordpost",
  tracking_code: "NP1",
  tracking_url: "https://nordpost.example/NP1",
  total_cents: 12_990,
  currency: "EUR",
  lines: [
    { text: "Lampe", quantity: 2, amount_cents: 9_990 },
    { text: "Kabel", quantity: 1, amount_cents: 3_000 },
  ],
  ...rest,
});
const invoice = (rest: Partial<InvoiceCard> = {}): InvoiceCard => ({
  kind: "invoice",
  number: "RE-1",
  state: "overdue",
  issued_on: "2026-11-01",
  due_on: "2026-11-15",
  total_cents: 999,
  open_cents: 999,
  currency: "EUR",
  lines: [{ text: "Nordlicht Plus (anteilig)", quantity: null, amount_cents: 999 }],
  document: { id: "d1", kind: "invoice", name: "Rechnung-RE-1.pdf" },
  ...rest,
});

async function shown(card: Card, language: Language = "de"): Promise<void> {
  await live([event(1, message("Bitte sehr.", { cards: [card] }), BOT)], { language });
  await vi.waitUntil(() => find(`${card.kind}-card`));
}

const rows = (): string[] => [...root.querySelectorAll(".shop-card .lines li")].map((row) => row.textContent ?? "");

test.each([
  ["de", "Bestellung 10023", "Unterwegs · 5 Tage später als zugesagt", "5. November 2026", "129,90\u00a0€"],
  ["en", "Order 10023", "On its way · 5 days later than promised", "5 November 2026", "€129.90"],
] as const)("an order tells its state in words, its days and its total (%s)", async (language, title, state, day, total) => {
  await shown(order({ days_late: 5 }), language);
  expect(root.querySelector(".shop-card h3")?.textContent).toBe(title);
  expect(text("card-state")).toBe(state);
  expect(find("card-state")?.querySelector("svg")).not.toBeNull();
  expect(text("order-card")).toContain(day);
  expect(text("card-total")).toBe(total);
  expect(rows()[0]).toContain("2 × Lampe");
  expect(rows()[1]).not.toContain("×");
});

test("the parcel's page opens apart and learns nothing of this one", async () => {
  await shown(order());
  const link = find("card-track") as HTMLAnchorElement;
  expect([link.href, link.target]).toEqual(["https://nordpost.example/NP1", "_blank"]);
  expect(link.rel).toContain("noopener");
});

test.each([
  "javascript:alert(1)",
  " javascript:alert(1)",
  "data:text/html,x",
  "//evil.example",
  "ftp://x.example",
  "https://a:b@evil.example/",
  "nonsense",
])("%s becomes no link, and the number stays", async (address) => {
  await shown(order({ tracking_url: address }));
  expect(find("order-card")?.querySelector("a")).toBeNull();
  expect(text("order-card")).toContain("NP1");
});

test("an invoice tells what is still to be paid, and a paid one does not", async () => {
  await shown(invoice());
  expect(text("card-state")).toBe("Überfällig");
  expect(text("card-open")).toBe("9,99\u00a0€");
  expect(text("invoice-card")).toContain("Nordlicht Plus (anteilig)");
  expect(text("document")).toContain("Rechnung-RE-1.pdf");
});

test("a paid invoice is not due", async () => {
  await shown(invoice({ state: "paid", open_cents: 0, document: null }));
  expect(text("card-state")).toBe("Bezahlt");
  expect(find("card-open")).toBeNull();
  expect(text("invoice-card")).not.toContain("15. November");
  expect(find("document")).toBeNull();
});

test("a state that only a newer desk knows is told in its words", async () => {
  await shown(order({ state: "held_at_customs\u202e" }));
  expect(text("card-state")).toBe("held_at_customs");
});

test("a kind of card that this page does not know says so", async () => {
  await shown({ kind: "voucher", number: "1" } as unknown as Card);
  expect(text("voucher-card")).toBe("Diese Angaben lassen sich hier noch nicht anzeigen. Bitte laden Sie die Seite neu.");
});

test("several cards are one list", async () => {
  await live([event(1, message("Offen:", { cards: [invoice(), invoice({ number: "RE-2" })] }), BOT)]);
  await vi.waitUntil(() => find("invoice-card"));
  await settle();
  expect(root.querySelectorAll("ul.shop-cards > li")).toHaveLength(2);
});
