import { beforeEach, expect, test, vi } from "vitest";
import { Slot } from "./slot";

const slot = (): Slot => new Slot(() => localStorage, "kulanz-test");

beforeEach(() => localStorage.clear());

test("what is written is there after a reload, and what is taken away is gone", () => {
  slot().write("yes");
  expect(slot().read()).toBe("yes");
  slot().write(null);
  expect([slot().read(), localStorage.length]).toEqual([null, 0]);
});

test("where storage is blocked, memory serves until the page is left", () => {
  vi.stubGlobal("localStorage", undefined);
  const kept = slot();
  kept.write("yes");
  expect([kept.read(), slot().read()]).toEqual(["yes", null]);
  vi.unstubAllGlobals();
});

test("what another tab takes away is gone here as well, and it is told", () => {
  const kept = slot();
  kept.write("yes");
  const told = vi.fn();
  const stop = kept.watch(told);
  localStorage.clear();
  for (const key of ["another", "kulanz-test"]) dispatchEvent(new StorageEvent("storage", { key }));
  expect([told.mock.calls.length, kept.read()]).toEqual([1, null]);
  stop();
});
