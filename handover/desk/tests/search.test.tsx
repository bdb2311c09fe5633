import { describe, expect, it, vi } from "vitest";
import { Search } from "../src/lists/search";
import { ReasonDialog } from "../src/pages/reason-dialog";
import { may } from "../src/state/permissions";
import { ANNA, answers, asked, box, draw, find, refused, soon, useHouse } from "./house";
import { row } from "./samples";

useHouse();

async function lookFor(text: string): Promise<void> {
  await draw(
    <Search current={null}>
      <p>the lists</p>
    </Search>,
  );
  const field = find("search") as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

describe("the search", () => {
  it("marks what was found as text, whatever it says", async () => {
    const parts = [
      { text: "<img src=x> ", hit: false },
      { text: "Kolibri", hit: true },
    ];
    const hit = { number: 3, at: "2026-03-04T10:00:00Z", actor: { kind: "visitor", id: null, name: null }, parts };
    answers["GET /api/search?query=kolibri&limit=20"] = {
      conversations: [{ summary: row("one"), hit }],
      more: false,
      customers: [],
    };
    await lookFor("kolibri");
    await soon(() => expect(find("search-conversation")).not.toBeNull());
    expect(box.querySelector("mark")!.textContent).toBe("Kolibri");
    expect(box.querySelector("img")).toBeNull();
    expect(box.textContent).toContain("<img src=x>");
    expect(box.textContent).not.toContain("the lists");
  });

  it("says that nothing was found, and gives the lists back on Escape", async () => {
    answers["GET /api/search?query=zzz&limit=20"] = { conversations: [], more: false, customers: [] };
    await lookFor("zzz");
    await soon(() => expect(box.textContent).toContain("Nothing was found"));
    find("search")!.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await soon(() => expect(box.textContent).toContain("the lists"));
  });

  it("tells a failure and tries again", async () => {
    answers["GET /api/search?query=abc&limit=20"] = refused(503, "unavailable");
    await lookFor("abc");
    await soon(() => expect(box.querySelector("[role=alert]")).not.toBeNull());
    answers["GET /api/search?query=abc&limit=20"] = { conversations: [], more: false, customers: [] };
    box.querySelector<HTMLElement>("[role=alert] button")!.click();
    await soon(() => expect(box.textContent).toContain("Nothing was found"));
  });
});

describe("a record without a case", () => {
  it("opens with a reason, which is sent as it was written", async () => {
    answers["POST /api/customers/erika/openings"] = { until: "2026-03-04T10:30:00Z" };
    const opened = vi.fn();
    HTMLDialogElement.prototype.showModal = vi.fn();
    await draw(<ReasonDialog id="erika" onOpened={opened} onClose={() => {}} />);
    const reason = box.querySelector("textarea")!;
    reason.value = "Asked by accounting";
    reason.dispatchEvent(new Event("input", { bubbles: true }));
    await soon(() => expect(reason.value).toBe("Asked by accounting"));
    box.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await soon(() => expect(opened).toHaveBeenCalled());
    expect(asked.at(-1)!.body).toEqual({ reason: "Asked by accounting" });
  });
});

describe("what the page shows", () => {
  it("is what the desk's table lets this agent do", () => {
    expect([may(ANNA, "serve_conversations"), may(ANNA, "read_audit")]).toEqual([true, false]);
  });
});
