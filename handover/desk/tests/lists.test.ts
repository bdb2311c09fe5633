import { describe, expect, it } from "vitest";
import { attention, listed, refreshed, withRow } from "../src/state/lists";
import { row, rows } from "./samples";

const ids = (found: readonly { id: string }[]) => found.map((each) => each.id);

describe("the lists", () => {
  it("show the queue by priority, then by waiting time", () => {
    const all = rows(
      row("late", { waiting_since: "2026-03-04T10:05:00Z" }),
      row("early", { waiting_since: "2026-03-04T10:01:00Z" }),
      row("urgent", { waiting_since: "2026-03-04T10:09:00Z", priority: 10 }),
    );
    expect(ids(listed(all, "waiting", "me"))).toEqual(["urgent", "early", "late"]);
  });

  it("show as mine only what I own, the latest change first", () => {
    const mine = { state: "agent", owner_id: "me" } as const;
    const all = rows(
      row("old", { ...mine, updated_at: "2026-03-04T10:00:00Z" }),
      row("new", { ...mine, updated_at: "2026-03-04T11:00:00Z" }),
      row("other", { state: "agent", owner_id: "ben" }),
    );
    expect(ids(listed(all, "mine", "me"))).toEqual(["new", "old"]);
  });

  it("show as my colleagues' what others own", () => {
    const all = rows(row("a", { state: "agent", owner_id: "me" }), row("b", { state: "agent", owner_id: "ben" }), row("c"));
    expect(ids(listed(all, "colleagues", "me"))).toEqual(["b"]);
  });

  it("move a conversation when its state changes, and never back to an older state", () => {
    const claimed = withRow(rows(row("a")), row("a", { state: "agent", owner_id: "me", last_number: 6 }));
    expect(listed(claimed, "waiting", "me")).toEqual([]);
    expect(ids(listed(claimed, "mine", "me"))).toEqual(["a"]);
    expect(withRow(claimed, row("a", { last_number: 5 }))).toBe(claimed);
  });

  it("are replaced by a fetch, but keep what the socket told meanwhile", () => {
    const before = rows(row("gone"), row("a"));
    const meanwhile = withRow(withRow(before, row("a", { last_number: 9 })), row("fresh"));
    const after = refreshed(before, meanwhile, [row("a", { last_number: 7 }), row("b")]);
    expect([...after.keys()].sort()).toEqual(["a", "b", "fresh"]);
    expect(after.get("a")?.last_number).toBe(9);
  });

  it("count what asks for attention: everybody who waits and my unread conversations", () => {
    const mine = { state: "agent", owner_id: "me" } as const;
    const all = rows(
      row("w"),
      row("m", { ...mine, unread: 2 }),
      row("n", { ...mine, unread: 0 }),
      row("b", { state: "bot" }),
    );
    expect(attention(all, "me")).toBe(2);
  });
});
