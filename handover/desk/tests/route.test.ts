import { describe, expect, it } from "vitest";
import { links, read } from "../src/state/route";

describe("an address", () => {
  it("leads to the page it was made for", () => {
    expect(read(links.conversation("a/b"))).toEqual({ page: "work", conversation: "a/b" });
    expect(read(links.customer("k 1"))).toEqual({ page: "customer", id: "k 1" });
    expect(read(links.customers)).toEqual({ page: "customers" });
    expect(read(links.knowledge)).toEqual({ page: "knowledge" });
  });

  it("that nobody knows leads to the lists", () => {
    expect(read("/desk/nowhere")).toEqual({ page: "work", conversation: null });
    expect(read("/desk")).toEqual({ page: "work", conversation: null });
    expect(read("/desk/c/%E0")).toEqual({ page: "work", conversation: "%E0" });
  });
});
