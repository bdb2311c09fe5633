import { describe, expect, it, vi } from "vitest";
import { ShiftsCard } from "../src/account/shifts";
import { now } from "../src/texts/format";
import { ShiftNotice } from "../src/ui/shift-notice";
import type { ShiftsView } from "../src/wire-shifts";
import { answers, box, callsOf, colleague, draw, fill, find, press, queueView, refused, soon, submit, useHouse, workplace } from "./house";
import { row } from "./samples";

useHouse();

const MINUTE = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE).toISOString();
const WEEK = [["09:00-17:00"], [], [], [], [], [], ["22:00-24:00"]];

function shifts(change: Partial<ShiftsView> = {}): ShiftsView {
  const plan = { zone: "Europe/Berlin", week: WEEK, days: [] };
  return { plan, version: 1, current: null, following: null, ending: false, ...change };
}
async function remind(status: "available" | "off", begins: number, ends: number) {
  answers["GET /api/queue"] = queueView({ agents: [colleague("anna", { status })] });
  now.value = Date.now();
  workplace.shifts.told(shifts({ current: { begins: inMinutes(begins), ends: inMinutes(ends) } }));
  await draw(<ShiftNotice />);
}

describe("a shift", () => {
  it("that has begun reminds whoever is not at work yet, and one press says so", async () => {
    answers["PUT /api/me/status"] = {};
    await remind("off", -5, 300);
    await soon(() => expect(find("shift-notice")?.dataset.kind).toBe("begins"));
    press("shift-status");
    await soon(() => expect(callsOf("PUT /api/me/status")).toEqual([{ status: "available" }]));
  });

  it("leaves alone who is at work", async () => {
    await remind("available", -5, 300);
    expect(find("shift-notice")).toBeNull();
  });

  it("that ends names what is still open, and takes nothing away", async () => {
    workplace.put(row("c", { state: "agent", owner_id: "anna", customer_name: "Erika Lindner" }));
    await remind("available", -300, 5);
    await soon(() => expect(find("shift-notice")?.textContent).toContain("Erika Lindner"));
    expect(box.querySelector('a[href="/desk/c/c"]')).not.toBeNull();
  });

  it("is made longer by one press", async () => {
    await remind("available", -300, 5);
    answers["POST /api/me/shifts/stay"] = shifts({ current: { begins: inMinutes(-300), ends: inMinutes(65) } });
    press("shift-stay");
    await soon(() => expect(find("shift-notice")).toBeNull());
  });

  it("is not told of twice", async () => {
    await remind("available", -301, 6);
    press("shift-dismiss");
    await soon(() => expect(find("shift-notice")).toBeNull());
    now.value = Date.now() + MINUTE;
    await draw(<ShiftNotice />);
    expect(find("shift-notice")).toBeNull();
  });
});

describe("the plan of shifts", () => {
  const times = () => [...box.querySelectorAll<HTMLInputElement>('input[type="time"]')];
  async function plan(change: Partial<ShiftsView> = {}) {
    answers["GET /api/me/shifts"] = shifts(change);
    await draw(<ShiftsCard />);
    await soon(() => expect(find("shifts-save")).not.toBeNull());
  }

  it("is shown by weekday; midnight is the end of the day", async () => {
    await plan();
    expect(times().map(({ value }) => value)).toEqual(["09:00", "17:00", "22:00", "00:00"]);
  });

  it("is sent as it was changed, with what it is based on", async () => {
    answers["PUT /api/me/shifts"] = shifts({ version: 2 });
    await plan();
    fill(times()[1]!, "18:30");
    await soon(() => expect(times()[1]!.value).toBe("18:30"));
    submit(box.querySelector("form"));
    await soon(() => expect(box.textContent).toContain("The shifts are saved."));
    const [sent] = callsOf("PUT /api/me/shifts") as [{ plan: { week: string[][] }; version: number }];
    expect([sent.plan.week[0], sent.plan.week[6], sent.version]).toEqual([["09:00-18:30"], ["22:00-24:00"], 1]);
  });

  it("that cannot be is told before it is sent", async () => {
    await plan();
    fill(times()[1]!, "08:00");
    await soon(() => expect(box.textContent).toContain("must end after it begins"));
    expect((find("shifts-save") as HTMLButtonElement).disabled).toBe(true);
  });

  it("has days of its own: free ones, and others", async () => {
    answers["PUT /api/me/shifts"] = shifts({ version: 2 });
    await plan();
    fill(find("shift-date") as HTMLInputElement, "2026-12-24");
    await soon(() => expect((find("shift-day-add") as HTMLButtonElement).disabled).toBe(false));
    press("shift-day-add");
    await soon(() => expect(find("shift-days")?.textContent).toContain("24 Dec 2026"));
    submit(box.querySelector("form"));
    await soon(() => expect(callsOf("PUT /api/me/shifts")).toHaveLength(1));
    expect(callsOf("PUT /api/me/shifts")[0]).toMatchObject({ plan: { days: [{ day: "2026-12-24", spans: [] }] } });
  });

  it("changed by somebody else meanwhile is not overwritten, and what was typed stays", async () => {
    await plan();
    answers["PUT /api/me/shifts"] = refused(409, "stale_version");
    fill(times()[1]!, "18:30");
    await soon(() => expect(times()[1]!.value).toBe("18:30"));
    submit(box.querySelector("form"));
    await soon(() => expect(find("shifts-reload")).not.toBeNull());
    expect(times()[1]!.value).toBe("18:30");
    answers["GET /api/me/shifts"] = shifts({ version: 2 });
    press("shifts-reload");
    await soon(() => expect(times()[1]!.value).toBe("17:00"));
  });

  it("tells when it cannot be fetched, and is tried again", async () => {
    answers["GET /api/me/shifts"] = refused(503, "unavailable");
    await draw(<ShiftsCard />);
    await soon(() => expect(find("failed-load")).not.toBeNull());
    answers["GET /api/me/shifts"] = shifts();
    find("failed-load")!.querySelector("button")!.click();
    await soon(() => expect(find("shifts-save")).not.toBeNull());
    vi.restoreAllMocks();
  });
});
