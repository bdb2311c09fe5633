import { describe, expect, it, vi } from "vitest";
import { Search } from "../src/lists/search";
import { AuditPage } from "../src/pages/audit";
import { CustomersPage } from "../src/pages/customers";
import { ReasonDialog } from "../src/pages/reason-dialog";
import { may } from "../src/state/permissions";
import { ANNA, answers, asked, box, draw, fill, find, refused, soon, submit, useHouse } from "./house";
import { row } from "./samples";

useHouse();

async function lookFor(text: string): Promise<void> {
  await draw(
    <Search current={null}>
      <p>the lists</p>
    </Search>,
  );
  fill(find("search") as HTMLInputElement, text);
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

describe("the list of customers", () => {
  it("is asked for once the typing rests, and shows the answer to the last question alone", async () => {
    const erika = { id: "k", number: "N-1", name: "Erika", city: "Bonn", language: "de", trust: "code", opens: false };
    answers["GET /api/customers?query="] = { customers: [] };
    answers["GET /api/customers?query=erika"] = { customers: [erika] };
    await draw(<CustomersPage />);
    for (const text of ["er", "erika"]) fill(find("customer-search") as HTMLInputElement, text);
    await soon(() => expect(find("customer")?.textContent).toBe("ErikaN-1 · Bonn"));
    expect(box.textContent).toContain("With a reason");
    expect(asked.filter(({ call }) => call.includes("customers")).at(-1)!.call).toBe("GET /api/customers?query=erika");
    expect(asked.some(({ call }) => call.endsWith("query=er"))).toBe(false);
  });
});

describe("the audit log", () => {
  it("is asked for what was chosen, and is exported so", async () => {
    const everything = { entries: [], next: null };
    answers["GET /api/audit?limit=50"] = everything;
    await draw(<AuditPage />);
    await soon(() => expect(box.textContent).toContain("no entries for this"));
    const choose = (name: string, value: string) => {
      const field = box.querySelector<HTMLSelectElement>(`[name=${name}]`)!;
      field.value = value;
      field.dispatchEvent(new Event(field.matches("select") ? "change" : "input", { bubbles: true }));
    };
    const exported = () => new URLSearchParams(find("audit-export")!.getAttribute("href")!.split("?")[1]);
    const chosen = { kind: "openings", agent_id: "ben", first_day: "2026-03-01", last_day: "2026-03-04" };
    const call = `GET /api/audit?${new URLSearchParams(chosen)}&limit=50`;
    answers[call] = { entries: [], next: 7 };
    for (const [name, value] of Object.entries(chosen)) {
      choose(name, value);
      await soon(() => expect(box.querySelector<HTMLSelectElement>(`[name=${name}]`)!.value).toBe(value));
    }
    expect([...exported().keys()]).toEqual([]); // the file holds what is shown, not what is being filled in
    submit(find("audit-filters"));
    await soon(() => expect(Object.fromEntries(exported())).toEqual(chosen));
    expect(asked.at(-1)!.call).toBe(call);
    choose("kind", "reads");
    await soon(() => find("audit-older")!.click());
    await soon(() => expect(asked.at(-1)!.call).toBe(call.replace("&limit", "&before=7&limit")));
  });
});

describe("an entry of the audit log", () => {
  it("says whose account it was about", async () => {
    const about = { id: 1, at: "2026-03-04T10:00:00Z", agent_id: "ada", agent_name: "Ada", action: "agent.disabled", allowed: true };
    const nobody = { conversation: null, customer: null, customer_number: null, why: null };
    const entry = { ...about, ...nobody, subject: "ben", subject_name: "Ben Carter" };
    answers["GET /api/audit?limit=50"] = { entries: [entry], next: null };
    await draw(<AuditPage />);
    await soon(() => expect(find("audit-entry")!.textContent).toContain("Ben Carter"));
  });
});

describe("a record without a case", () => {
  it("opens with a reason, which is sent as it was written", async () => {
    answers["POST /api/customers/erika/openings"] = { until: "2026-03-04T10:30:00Z" };
    const opened = vi.fn();
    HTMLDialogElement.prototype.showModal = vi.fn();
    await draw(<ReasonDialog id="erika" onOpened={opened} onClose={() => {}} />);
    const reason = box.querySelector("textarea")!;
    fill(reason, "Asked by accounting");
    await soon(() => expect(reason.value).toBe("Asked by accounting"));
    submit(box.querySelector("form"));
    await soon(() => expect(opened).toHaveBeenCalled());
    expect(asked.at(-1)!.body).toEqual({ reason: "Asked by accounting" });
  });
});

describe("what the page shows", () => {
  it("is what the desk's table lets this agent do", () => {
    expect([may(ANNA, "serve_conversations"), may(ANNA, "read_audit")]).toEqual([true, false]);
  });
});

describe("what is looked for", () => {
  it("by one letter alone is not asked for, and says so", async () => {
    await lookFor("a");
    await soon(() => expect(box.textContent).toContain("at least two characters"));
    expect(asked.some(({ call }) => call.includes("/api/search"))).toBe(false);
  });
});
