import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/connection/http";
import { draft } from "../src/state/drafts";
import { Outbox, type Send, type Unsent } from "../src/state/outbox";

const HELLO = { conversation_id: "c", kind: "message", text: "Hello", ownership_version: 3 } as const;
const unreachable = () => Promise.reject(new ApiError(0, "unreachable"));
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

describe("the outbox", () => {
  it("sends in order and one at a time", async () => {
    const sent: string[] = [];
    let done: (() => void) | undefined;
    const slow: Send = ({ text }) => {
      sent.push(text);
      return new Promise((resolve) => (done = () => resolve(sent.length)));
    };
    const outbox = new Outbox("anna", slow);
    outbox.add({ ...HELLO, text: "one" });
    outbox.add({ ...HELLO, text: "two" });
    expect(sent).toEqual(["one"]);
    done?.();
    await settle();
    expect(sent).toEqual(["one", "two"]);
  });

  it("tries again with the same client id until the desk answers", async () => {
    const send = vi
      .fn<Send>()
      .mockImplementationOnce(unreachable)
      .mockImplementationOnce(unreachable)
      .mockResolvedValue(7);
    const outbox = new Outbox("anna", send);
    outbox.add(HELLO);
    await settle();
    expect(outbox.stuck.value).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(send).toHaveBeenCalledTimes(3);
    expect(new Set(send.mock.calls.map(([unsent]) => unsent.client_id)).size).toBe(1);
    expect(outbox.stuck.value).toBe(false);
    expect(outbox.entries.value[0]?.number).toBe(7);
  });

  it("keeps what was refused, with the reason, and goes on with the next", async () => {
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(409, "stale_ownership")).mockResolvedValue(8);
    const outbox = new Outbox("anna", send);
    outbox.add(HELLO);
    outbox.add({ ...HELLO, text: "second" });
    await settle();
    expect(outbox.entries.value.map(({ refused, number }) => refused ?? number)).toEqual(["stale_ownership", 8]);
  });

  it("sends a refused message again as a new one, under the version that counts now", async () => {
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(409, "stale_ownership")).mockResolvedValue(9);
    const outbox = new Outbox("anna", send);
    outbox.add(HELLO);
    await settle();
    const refused = outbox.entries.value[0]!;
    outbox.again(refused.client_id, 5);
    await settle();
    const [again] = send.mock.calls[1]!;
    expect(again).toMatchObject({ text: "Hello", ownership_version: 5 });
    expect(again.client_id).not.toBe(refused.client_id);
  });

  it("survives a reload and an ended session, for its own agent alone", async () => {
    const ended = () => Promise.reject(new ApiError(401, "not_logged_in"));
    const first = new Outbox("anna", ended);
    first.add(HELLO);
    await settle();
    first.stop();
    const resumed = new Outbox("anna", vi.fn<Send>().mockResolvedValue(4));
    expect(resumed.entries.value).toEqual(first.entries.value);
    expect(new Outbox("ben", ended).entries.value).toEqual([]);
    await resumed.flush();
    resumed.confirmed("c", 4);
    expect(new Outbox("anna", ended).entries.value).toEqual([]);
  });

  it("shows an entry until the log holds its number", async () => {
    const outbox = new Outbox("anna", () => Promise.resolve(12));
    outbox.add(HELLO);
    await settle();
    outbox.confirmed("c", 11);
    outbox.confirmed("other", 99);
    expect(outbox.entries.value).toHaveLength(1);
    outbox.confirmed("c", 12);
    expect(outbox.entries.value).toEqual([] satisfies Unsent[]);
  });
});

describe("a draft", () => {
  it("is one per conversation and kind, and is kept in the tab", () => {
    draft("c", "message").value = "half a sent";
    draft("c", "note").value = "psst";
    expect(draft("c", "message").value).toBe("half a sent");
    expect(draft("d", "message").value).toBe("");
    expect(sessionStorage.getItem("kulanz.draft.note.c")).toBe('"psst"');
    draft("c", "note").value = "";
    expect(sessionStorage.getItem("kulanz.draft.note.c")).toBeNull();
  });
});
