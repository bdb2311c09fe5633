import { render } from "preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Understanding } from "../src/dossier/understanding";
import { KnowledgePage } from "../src/pages/knowledge";
import { choose } from "../src/texts";
import type { KnowledgeStatus, MessageUnderstood } from "../src/wire-dossier";

vi.mock("../src/api", () => ({ knowledge: () => Promise.resolve(status) }));

let status: KnowledgeStatus;
const FINDING = {
  file: "de/payment/paypal.md",
  line: 7,
  message: { de: "`links` nennt <b>keinen Artikel</b>", en: "`links` names <b>no article</b>" },
  hint: { de: "Berichtigen Sie das.", en: "mend it" },
};
const HEALTHY: KnowledgeStatus = {
  version: "v1",
  built_at: "2026-03-04T10:00:00Z",
  model: "kulanz",
  articles: 2,
  passages: 4,
  building: false,
  problems: [],
  warnings: [],
  list: [],
};
const READ: MessageUnderstood = {
  message_number: 2,
  text: "Geht PayPal?",
  intents: [],
  entities: [],
  slots: {},
  passages: [{ article_id: "paypal", title: "PayPal", score: 0.8, used: true, topics: [] }],
  search: { decision: "answer", confidence: 0.93, index_version: "v1", language: "de" },
  helped: null,
  milliseconds: 10,
  aside: false,
};

async function page(found: Partial<KnowledgeStatus>): Promise<HTMLElement> {
  status = { ...HEALTHY, ...found };
  const box = document.createElement("div");
  render(<KnowledgePage />, box);
  await vi.waitFor(() => expect(box.querySelector('[data-testid="index-status"]')).not.toBeNull());
  return box;
}

function dossier(understood: MessageUnderstood): string {
  const box = document.createElement("div");
  render(<Understanding understood={[understood]} onJump={() => undefined} />, box);
  return box.textContent;
}

beforeEach(() => choose("en"));

describe("the knowledge page", () => {
  it("shows warnings below problems, with place and remedy", async () => {
    const box = await page({ problems: [FINDING], warnings: [{ ...FINDING, line: 9 }] });
    const shown = [...box.querySelectorAll('[data-testid="problem"], [data-testid="warning"]')];
    expect(shown.map((each) => each.getAttribute("data-testid"))).toEqual(["problem", "warning"]);
    expect(shown[1]!.textContent).toContain("de/payment/paypal.md, line 9");
    expect(shown[1]!.textContent).toContain("mend it");
    expect(box.querySelector("b")).toBeNull();
  });

  it.each([
    ["en", "line 7", "mend it"],
    ["de", "Zeile 7", "Berichtigen Sie das."],
  ] as const)("says in %s where a problem is and how to mend it", async (language, place, remedy) => {
    choose(language);
    const shown = (await page({ problems: [FINDING] })).querySelector('[data-testid="problem"]')!;
    expect(shown.textContent).toContain(place);
    expect(shown.textContent).toContain(remedy);
  });

  it.each([
    ["en", "1 warning"],
    ["de", "1 Hinweis"],
  ] as const)("says in %s that warnings hold nothing up", async (language, words) => {
    choose(language);
    const box = await page({ warnings: [FINDING] });
    const chip = box.querySelector(".chip")!;
    expect(chip.textContent).toBe(words);
    expect(chip.className).toContain("good");
  });
});

describe("what the bot understood", () => {
  it.each([
    ["en", "Answered, 93% sure"],
    ["de", "Beantwortet, Sicherheit 93 %"],
  ] as const)("tells in %s how the search ended", (language, words) => {
    choose(language);
    expect(dossier(READ).replace(/\u00a0/g, " ")).toContain(words);
  });

  it("tells of a search that found nothing, and of none", () => {
    const nothing = { ...READ, passages: [], search: { ...READ.search!, decision: "none" as const, confidence: 0.1 } };
    expect(dossier(nothing)).toContain("Knew no answer");
    expect(dossier({ ...READ, passages: [], search: null })).not.toContain("Passages tried");
  });
});
