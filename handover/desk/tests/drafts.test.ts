import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/connection/http";
import { Drafts, type Keep } from "../src/state/drafts";

let keep: ReturnType<typeof vi.fn<Keep>>;
const settle = (time = 1_000) => vi.advanceTimersByTimeAsync(time);
const drafts = () => new Drafts("anna", keep);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  keep = vi.fn<Keep>(async () => undefined);
});
afterEach(() => vi.useRealTimers());

describe("a draft", () => {
  it("is one per conversation and kind, and is kept in the tab at once", () => {
    const mine = drafts();
    mine.of("c", "message").value = "half a sent";
    mine.of("c", "note").value = "psst";
    expect(mine.of("c", "message").value).toBe("half a sent");
    expect(mine.of("d", "message").value).toBe("");
    expect(drafts().of("c", "note").value).toBe("psst");
  });

  it("belongs to its agent, also in a tab where another one logs in", () => {
    drafts().of("c", "message").value = "Anna's";
    expect(new Drafts("ben", keep).of("c", "message").value).toBe("");
  });

  it("comes to the desk once the typing rests, the newest text last", async () => {
    const text = drafts().of("c", "message");
    for (const words of ["H", "He", "Hello"]) {
      text.value = words;
      await settle(100);
    }
    expect(keep).not.toHaveBeenCalled();
    await settle();
    expect(keep.mock.calls).toEqual([["c", "message", "Hello"]]);
  });

  it("is sent in order: what is typed while a request runs follows it", async () => {
    let answer: () => void = () => undefined;
    keep.mockImplementationOnce(() => new Promise<void>((resolve) => (answer = resolve)));
    const text = drafts().of("c", "message");
    text.value = "one";
    await settle();
    text.value = "one two";
    await settle();
    expect(keep).toHaveBeenCalledTimes(1);
    answer();
    await settle();
    expect(keep.mock.calls.map((call) => call[2])).toEqual(["one", "one two"]);
  });

  it("is taken away at the desk when its text was sent", async () => {
    const text = drafts().of("c", "message");
    text.value = "Hello";
    await settle();
    text.value = "";
    await settle();
    expect(keep).toHaveBeenLastCalledWith("c", "message", "");
    expect(sessionStorage.length).toBe(0);
  });
});

describe("F32: a draft", () => {
  it("comes back from the desk after the tab crashed or on another screen", () => {
    const fresh = drafts();
    fresh.adopt("c", { message: "half a sent" }, performance.now());
    expect(fresh.of("c", "message").value).toBe("half a sent");
    expect(keep).not.toHaveBeenCalled();
  });

  it("written without a line stays in the tab through a reload and reaches the desk afterwards", async () => {
    keep.mockRejectedValue(new ApiError(0, "unreachable"));
    const offline = drafts();
    offline.of("c", "message").value = "written in a tunnel";
    await settle();
    offline.stop();
    keep.mockReset();
    const reloaded = drafts();
    reloaded.adopt("c", { message: "older words" }, performance.now());
    await settle();
    expect(reloaded.of("c", "message").value).toBe("written in a tunnel");
    expect(keep.mock.calls).toEqual([["c", "message", "written in a tunnel"]]);
  });

  it("follows the other screen where nothing newer stands here", async () => {
    const mine = drafts();
    mine.of("c", "message").value = "first";
    await settle();
    mine.adopt("c", { message: "first, and more from the other screen" }, performance.now());
    expect(mine.of("c", "message").value).toBe("first, and more from the other screen");
    mine.adopt("c", {}, performance.now());
    expect(mine.of("c", "message").value).toBe("");
  });

  it("typed while the desk was being asked is not overwritten by its answer", async () => {
    const mine = drafts();
    mine.of("c", "message").value = "abc";
    await settle();
    const asked = performance.now();
    await settle(10);
    mine.of("c", "message").value = "abcd";
    await settle();
    mine.adopt("c", { message: "abc" }, asked);
    expect(mine.of("c", "message").value).toBe("abcd");
  });

  it("that was sent while the line was down does not come back", async () => {
    const mine = drafts();
    mine.of("c", "message").value = "Hello";
    await settle();
    keep.mockRejectedValueOnce(new ApiError(0, "unreachable"));
    mine.of("c", "message").value = "";
    await settle();
    const reloaded = drafts();
    reloaded.adopt("c", { message: "Hello" }, performance.now());
    await settle();
    expect(reloaded.of("c", "message").value).toBe("");
    expect(keep).toHaveBeenLastCalledWith("c", "message", "");
  });

  it("is brought to the desk at once when the line is back or the page goes", async () => {
    keep.mockRejectedValueOnce(new ApiError(0, "unreachable"));
    const mine = drafts();
    mine.of("c", "note").value = "psst";
    await settle();
    mine.flush();
    await settle(0);
    expect(keep).toHaveBeenCalledTimes(2);
  });
});
