import { describe, expect, it } from "vitest";
import { PeoplePage } from "../src/pages/people";
import type { PersonRow } from "../src/wire-people";
import { ANNA, answers, asked, box, callsOf, draw, fill, find, press, refused, soon, submit, texts, useHouse, workplace } from "./house";

const BEN: PersonRow = {
  id: "ben",
  name: "Ben",
  email: "ben@shop.example",
  role: "agent",
  active: true,
  serves: true,
  status: "available",
  online: true,
  load: 1,
  load_limit: 4,
  languages: ["en"],
  topics: ["billing"],
  team: null,
  shift_until: null,
};
const SECURED = {
  id: "ben",
  name: "Ben",
  email: "ben@shop.example",
  role: "agent",
  active: true,
  has_password: true,
  second_step_since: "2026-03-01T10:00:00Z",
  sessions: 2,
  seen_at: "2026-03-04T10:00:00Z",
};
const SHIFTS = {
  plan: { zone: "Europe/Berlin", week: [[], [], [], [], [], [], []], days: [] },
  version: 0,
  current: null,
  following: null,
};
const NORA = { id: "nora", email: "nora@shop.example", password: "abcd-efgh-jkmn-pqrs" };

useHouse();

async function page(may: string[], people: PersonRow[] = [BEN]): Promise<void> {
  workplace.agent.may = [...ANNA.may, ...may] as typeof ANNA.may;
  answers["GET /api/people"] = { people, topics: ["billing", "technical"], teams: ["contracts"], load_most: 50 };
  answers["GET /api/accounts"] = { accounts: [SECURED] };
  answers["GET /api/staff/ben/shifts"] = SHIFTS;
  await draw(<PeoplePage />);
  await soon(() => expect(texts("person")).toHaveLength(people.length));
}

const field = (name: string) => box.querySelector<HTMLInputElement>(`[name="${name}"]`)!;

describe("the people of the desk", () => {
  it("shows a supervisor whom to ask for what, and nothing of accounts", async () => {
    await page(["keep_staff"]);
    expect(texts("person")[0]).toContain("Billing");
    expect(find("person-add")).toBeNull();
    expect(asked.some(({ call }) => call === "GET /api/accounts")).toBe(false);
    press("person-open");
    await soon(() => expect(find("person-skills")).not.toBeNull());
    expect(document.activeElement).toBe(find("person-name"));
    expect(find("person-account")).toBeNull();
    expect(find("account-row")).toBeNull();
  });

  it("keeps what is being entered when another part of the person is saved", async () => {
    await page(["keep_staff", "keep_accounts"]);
    press("person-open");
    await soon(() => expect(find("person-skills")).not.toBeNull());
    fill(field("load_limit"), "6");
    answers["GET /api/people"] = { people: [{ ...BEN, name: "Benno" }], topics: [], teams: [], load_most: 50 };
    answers["PUT /api/accounts/ben/name"] = {};
    fill(field("name"), "Benno");
    await workplace.queue.refresh();
    submit(find("name-save")!.closest("form"));
    await soon(() => expect(find("person-name")?.textContent).toBe("Benno"));
    expect(field("load_limit").value).toBe("6");
  });

  it("keeps languages, topics, load and team together, and says so", async () => {
    await page(["keep_staff"]);
    press("person-open");
    await soon(() => expect(find("person-skills")).not.toBeNull());
    box.querySelector<HTMLInputElement>('[name="topic"][value="billing"]')!.click();
    await soon(() => expect(find("person-skills")!.textContent).toContain("every topic"));
    fill(field("load_limit"), "6");
    answers["PUT /api/people/ben/skills"] = {};
    await workplace.queue.refresh(); // Preact has drawn what was typed
    submit(find("person-skills")!.querySelector("form"));
    const kept = { languages: ["en"], topics: [], load_limit: 6, team: null };
    await soon(() => expect(callsOf("PUT /api/people/ben/skills")).toEqual([kept]));
    await soon(() => expect(find("person-skills")!.textContent).toContain("Saved"));
  });

  it("shows a new person's password once, and what they may be asked for next", async () => {
    await page(["keep_staff", "keep_accounts"]);
    press("person-add");
    await soon(() => expect(find("dialog-add-person")).not.toBeNull());
    fill(field("name"), "Nora");
    fill(field("email"), "ben@shop.example");
    answers["POST /api/accounts"] = refused(422, "address_taken");
    await workplace.queue.refresh(); // Preact has drawn what was typed
    submit(find("dialog-add-person")!.querySelector("form"));
    await soon(() => expect(find("dialog-add-person")!.textContent).toContain("has an account already"));
    expect(field("name").value).toBe("Nora");
    answers["POST /api/accounts"] = NORA;
    answers["GET /api/people"] = {
      people: [BEN, { ...BEN, id: "nora", name: "Nora" }],
      topics: [],
      teams: [],
      load_most: 50,
    };
    answers["GET /api/staff/nora/shifts"] = SHIFTS;
    submit(find("dialog-add-person")!.querySelector("form"));
    await soon(() => expect(find("handed-password")!.textContent).toBe(NORA.password));
    press("handed-done");
    await soon(() => expect(find("person-name")!.textContent).toBe("Nora"));
    expect(box.textContent).not.toContain(NORA.password);
  });

  it("asks before somebody loses their role, and tells that the last admin stays", async () => {
    await page(["keep_staff", "keep_accounts"]);
    press("person-open");
    await soon(() => expect(find("person-account")).not.toBeNull());
    const role = find("person-account")!.querySelector("select")!;
    role.value = "editor";
    role.dispatchEvent(new Event("change", { bubbles: true }));
    await soon(() => expect((find("role-save") as HTMLButtonElement).disabled).toBe(false));
    submit(role.closest("form"));
    await soon(() => expect(find("dialog-person")!.textContent).toContain("Ben will be: Editor"));
    answers["PUT /api/accounts/ben/role"] = refused(409, "last_admin");
    submit(find("dialog-person")!.querySelector("form"));
    await soon(() => expect(find("dialog-person")!.textContent).toContain("last admin"));
  });

  it("lets nobody change their own role or lock themselves out", async () => {
    await page(["keep_staff", "keep_accounts"], [{ ...BEN, id: "anna", name: "Anna" }]);
    answers["GET /api/staff/anna/shifts"] = SHIFTS;
    press("person-open");
    await soon(() => expect(find("person-account")).not.toBeNull());
    expect(find("role-save")).toBeNull();
    expect(find("person-disable")).toBeNull();
    expect(find("person-password")).toBeNull();
  });

  it("asks before a second step is reset", async () => {
    await page(["keep_staff", "keep_accounts"]);
    press("person-open");
    await soon(() => expect(find("account-row")).not.toBeNull());
    press("account-reset");
    await soon(() => expect(find("dialog-account")!.textContent).toContain("Ben is logged out everywhere"));
    expect(asked.some(({ call }) => call.endsWith("reset"))).toBe(false);
    answers["POST /api/accounts/ben/second-step/reset"] = {};
    submit(find("dialog-account")!.querySelector("form"));
    await soon(() => expect(find("dialog-account")).toBeNull());
    expect(callsOf("POST /api/accounts/ben/second-step/reset")).toHaveLength(1);
  });

  it("says when the desk cannot be reached, and tries again", async () => {
    workplace.agent.may = [...ANNA.may, "keep_staff"];
    answers["GET /api/people"] = refused(503, "unavailable");
    await draw(<PeoplePage />);
    await soon(() => expect(find("failed-load")).not.toBeNull());
    answers["GET /api/people"] = { people: [BEN], topics: [], teams: [], load_most: 50 };
    find("failed-load")!.querySelector("button")!.click();
    await soon(() => expect(texts("person")).toHaveLength(1));
  });
});
