import { beforeEach, describe, expect, it, vi } from "vitest";
import { Lists } from "../src/lists/lists";
import { Row } from "../src/lists/row";
import { showAll } from "../src/state/list-filter";
import { promised, standing } from "../src/state/service-level";
import { answers, box, draw, find, press, queueView, soon, texts, useHouse, workplace } from "./house";
import { row, rows } from "./samples";

useHouse();
beforeEach(() => {
  showAll();
  sessionStorage.clear();
});

const shown = () => [...box.querySelectorAll<HTMLElement>('[data-testid="list-waiting"] [data-testid="conversation-row"]')];
const choose = (testid: string, value: string) => {
  const field = find(testid) as HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};

describe("a list of hundreds", () => {
  it("draws as many as one looks at, and more on demand", async () => {
    workplace.rows.value = rows(...Array.from({ length: 150 }, (_, index) => row(`c${index}`)));
    await draw(<Lists current={null} />);
    expect(shown()).toHaveLength(60);
    press("more-waiting");
    await soon(() => expect(shown()).toHaveLength(120));
  });

  it("always draws the one that is open", async () => {
    workplace.rows.value = rows(...Array.from({ length: 150 }, (_, index) => row(`c${String(index).padStart(3, "0")}`)));
    await draw(<Lists current="c099" />);
    expect(shown().at(-1)?.dataset.id).toBe("c099");
    expect(shown()).toHaveLength(100);
  });
});

describe("the open case", () => {
  it("stays in sight when a claim takes it to another list", async () => {
    const seen: (string | undefined)[] = [];
    vi.spyOn(HTMLElement.prototype, "scrollIntoView").mockImplementation(function (this: HTMLElement) {
      seen.push(this.closest<HTMLElement>("details")?.dataset["testid"]);
    });
    workplace.rows.value = rows(...Array.from({ length: 9 }, (_, index) => row(`c${index}`)));
    await draw(<Lists current="c8" />);
    await soon(() => expect(seen).toEqual(["list-waiting"]));
    workplace.put(row("c8", { state: "agent", owner_id: "anna", ownership_version: 9 }));
    await soon(() => expect(seen).toEqual(["list-waiting", "list-mine"]));
    vi.restoreAllMocks();
  });
});

describe("the filter of the lists", () => {
  beforeEach(() => {
    answers["GET /api/queue"] = queueView({ topics: ["billing"] });
    workplace.rows.value = rows(
      row("german", { waiting_since: "2026-03-04T09:00:00Z" }),
      row("english", { language: "en", topic: "billing", priority: 0 }),
      row("urgent", { language: "en", priority: 1, waiting_since: "2026-03-04T11:00:00Z" }),
    );
  });

  it("leaves out other languages and topics, says so, and keeps the places in the queue", async () => {
    await draw(<Lists current={null} />);
    expect(shown().map(({ dataset }) => dataset.id)).toEqual(["urgent", "german", "english"]);
    choose("filter-language", "en");
    choose("filter-topic", "billing");
    await soon(() => expect(shown().map(({ dataset }) => dataset.id)).toEqual(["english"]));
    expect(shown()[0]?.textContent).toContain("Place 3");
    expect(find("list-waiting")?.textContent).toContain("1 of 3");
    expect(find("list-filters")?.textContent).toContain("Lists are filtered (2 filters)");
  });

  it("that hides everybody says how many, and gives them back", async () => {
    workplace.rows.value = rows(row("german"));
    await draw(<Lists current={null} />);
    choose("filter-language", "en");
    await soon(() => expect(find("list-waiting")?.textContent).toContain("1 conversation is hidden by the filter."));
    press("filter-clear");
    await soon(() => expect(shown()).toHaveLength(1));
  });
});

describe("a list that could not be loaded", () => {
  it("does not say that nobody waits", async () => {
    workplace.lists.value = "failed";
    await draw(<Lists current={null} />);
    await soon(() => expect(box.textContent).toContain("Try again"));
    expect(find("list-waiting")!.textContent).toBe("Waiting–");
    workplace.lists.value = "ready";
    await soon(() => expect(find("list-waiting")!.textContent).toContain("Nobody is waiting"));
  });
});

describe("a promise", () => {
  const level = { accept_within: 100, answer_within: 60 };
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

  it.each([
    [79, "in_time"],
    [80, "soon"],
    [99, "soon"],
    [100, "late"],
  ])("of 100 seconds after %i is %s", (waited, state) => {
    const now = Date.parse("2026-03-04T10:00:00Z");
    expect(standing(new Date(now - waited * 1_000).toISOString(), 100, now).state).toBe(state);
  });

  it("counts until somebody takes the case, then until they answer", () => {
    const since = ago(5);
    expect(promised(row("c", { waiting_since: since }), level)).toEqual({ since, allowed: 100 });
    expect(promised(row("c", { waiting_since: since, contact: "callback" }), level)).toBeNull();
    const mine = { state: "agent", owner_id: "anna", waiting_since: null } as const;
    expect(promised(row("c", { ...mine, unanswered_since: since }), level)).toEqual({ since, allowed: 60 });
    expect(promised(row("c", mine), level)).toBeNull();
    expect(promised(row("c", { waiting_since: since }), undefined)).toBeNull();
  });

  it("is told in words on the row, and ticks", async () => {
    answers["GET /api/queue"] = queueView({ service_level: level });
    await draw(<Row row={row("c", { waiting_since: ago(90) })} place={1} current={false} />);
    await soon(() => expect(texts("promise")[0]).toMatch(/Take within (9|10) sec/));
    await soon(() => expect(texts("promise")[0]).toMatch(/Take within 8 sec/));
    await draw(<Row row={row("c", { waiting_since: ago(400) })} place={1} current={false} />);
    await soon(() => expect(texts("promise")[0]).toMatch(/^Overdue for 5 mins?$/));
  });

  it("takes no room from the name", async () => {
    answers["GET /api/queue"] = queueView({ service_level: level });
    await draw(<Row row={row("c", { waiting_since: ago(400) })} place={1} current={false} />);
    await soon(() => expect(box.querySelector(".row-foot [data-testid=promise]")).not.toBeNull());
    expect(box.querySelector(".row-head")!.textContent).not.toContain("Overdue");
  });
});
