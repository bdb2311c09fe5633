import { expect, test, vi } from "vitest";
import type { Article } from "../connection/desk";
import { BOT, event, message } from "../connection/fakes";
import type { Receipt } from "../connection/wire";
import { find, live, press, root, settle, text, usePanel } from "./opened";

usePanel();

const RECEIPT: Receipt = { article_id: "payment", language: "de", title: "Zahlungsarten", version: "v1", passage: 0, score: 0.9 };
const german: Article = {
  id: "payment",
  language: "de",
  title: "Zahlungsarten",
  body: "Mit **PayPal**.\n\n- Karte\n- Lastschrift",
  version: "v1",
  updated_on: "2026-11-20",
  languages: ["de", "en"],
};
const english: Article = { ...german, language: "en", title: "Ways to pay", body: "By **PayPal**.", version: "v7" };

/** What the desk answers to each call, by the last parts of its address. */
let answers: Record<string, () => Response>;

async function opened(): Promise<void> {
  const usual = fetch;
  answers = {
    "de/payment": () => Response.json(german),
    "en/payment": () => Response.json(english),
  };
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    const [, asked] = /articles\/(.*)$/.exec(url) ?? [];
    return asked ? (answers[asked]?.() ?? new Response(null, { status: 404 })) : usual(url, init);
  });
  await live([event(1, message("Mit PayPal.", { receipt: RECEIPT, wants_feedback: true }), BOT)]);
}

async function read(): Promise<void> {
  (find("source") as HTMLElement).focus();
  press("source");
  await vi.waitUntil(() => find("article")?.getAttribute("aria-busy") === "false");
  await settle();
}

test("the source opens the whole article with its day, and the way back leads to the source", async () => {
  await opened();
  await read();
  expect(root.activeElement?.textContent).toBe("Zahlungsarten");
  expect(text("article-text")).toBe("Mit PayPal.KarteLastschrift");
  expect(text("article-day")).toBe("Stand: 20. November 2026");
  expect(find("article-newer")).toBeNull();
  press("sheet-back");
  await settle();
  expect(find("article")).toBeNull();
  expect(root.activeElement).toBe(find("source"));
  expect(find("feedback-yes")).not.toBeNull();
});

test("Escape leads back to the conversation before it closes the chat", async () => {
  await opened();
  await read();
  find("article")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await settle();
  expect(find("article")).toBeNull();
  expect((find("kulanz-panel") as HTMLElement).hidden).toBe(false);
});

test("the other language is one press away, with its own title and language", async () => {
  await opened();
  await read();
  press("article-other");
  await vi.waitUntil(() => text("article-text") === "By PayPal.");
  await settle();
  expect(find("article-text")?.lang).toBe("en");
  expect(root.activeElement?.textContent).toBe("Ways to pay");
  expect(find("article-newer"), "another language is not another version").toBeNull();
  expect(text("article-other")).toBe("Auf Deutsch lesen");
});

test("an article that was changed since the answer says so", async () => {
  await opened();
  answers["de/payment"] = () => Response.json({ ...german, version: "v2", languages: ["de"] });
  await read();
  expect(text("article-newer")).toBe("Dieser Artikel wurde seit der Antwort geändert.");
  expect(find("article-other")).toBeNull();
});

test("an article that is gone says so, and offers no useless second try", async () => {
  await opened();
  answers = {};
  await read();
  expect(text("article-problem")).toContain("gibt es nicht mehr");
  expect(find("article-again")).toBeNull();
});

test("a desk that cannot answer is asked again, and what was read stays", async () => {
  await opened();
  answers["de/payment"] = () => new Response(null, { status: 503 });
  await read();
  expect(text("article-problem")).toBe("Der Artikel konnte nicht geladen werden.");
  answers["de/payment"] = () => Response.json(german);
  press("article-again");
  await vi.waitUntil(() => find("article-text"));
  expect(find("article-again")).toBeNull();
  answers["en/payment"] = () => new Response(null, { status: 500 });
  press("article-other");
  await vi.waitUntil(() => find("article-again"));
  expect(text("article-text")).toContain("Mit PayPal.");
});
