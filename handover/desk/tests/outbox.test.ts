import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/connection/http";
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

  it.each([409, 422, 403, 404, 413])("gives a text refused with %i back to its author, never drops it", async (status) => {
    const outbox = new Outbox("anna", () => Promise.reject(new ApiError(status, "why")));
    outbox.add(HELLO);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outbox.entries.value).toMatchObject([{ text: "Hello", refused: "why" }]);
    outbox.stop();
    expect(new Outbox("anna", unreachable).entries.value).toMatchObject([{ text: "Hello", refused: "why" }]);
  });

  it.each([0, 429, 500, 503])("goes on trying after %i", async (status) => {
    const send = vi.fn<Send>().mockRejectedValueOnce(new ApiError(status, "later")).mockResolvedValue(5);
    const outbox = new Outbox("anna", send);
    outbox.add(HELLO);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outbox.entries.value[0]?.number).toBe(5);
  });

  it("loses nothing and doubles nothing at a desk that is idempotent, whatever answers are lost", async () => {
    const log: Unsent[] = [];
    let round = 0;
    const flaky: Send = async (unsent) => {
      round += 1;
      if (round % 3 === 0) throw new ApiError(0, "unreachable"); // never arrived
      const known = log.findIndex(({ client_id }) => client_id === unsent.client_id);
      const number = known < 0 ? log.push(unsent) : known + 1;
      if (round % 3 === 1) throw new ApiError(0, "unreachable"); // arrived, but its answer was lost
      return number;
    };
    let outbox = new Outbox("anna", flaky);
    const texts = Array.from({ length: 20 }, (_, at) => `text ${at}`);
    for (const text of texts) {
      outbox.add({ ...HELLO, text });
      await vi.advanceTimersByTimeAsync(500);
      if (text.endsWith("7")) {
        outbox.stop(); // a reload in the middle
        outbox = new Outbox("anna", flaky);
        void outbox.flush();
      }
    }
    await vi.advanceTimersByTimeAsync(600_000);
    expect(log.map(({ text }) => text)).toEqual(texts);
    expect(outbox.entries.value.map(({ number }) => number)).toEqual(texts.map((_, at) => at + 1));
  });

  describe("holds a message that can be taken back", () => {
    const sent: string[] = [];
    const note: Send = ({ text }) => Promise.resolve(sent.push(text));
    beforeEach(() => sent.splice(0));

    it("and sends it when the time is over", async () => {
      const outbox = new Outbox("anna", note);
      outbox.add(HELLO, 5_000);
      await vi.advanceTimersByTimeAsync(4_999);
      expect(sent).toEqual([]);
      expect(outbox.entries.value).toMatchObject([{ held: true }]);
      await vi.advanceTimersByTimeAsync(1);
      expect(sent).toEqual(["Hello"]);
    });

    it("and never sends it once it was", async () => {
      const outbox = new Outbox("anna", note);
      outbox.add(HELLO, 5_000);
      expect(outbox.takeBack("other")).toBeNull();
      expect(outbox.takeBack("c")?.text).toBe("Hello");
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sent).toEqual([]);
      expect(outbox.entries.value).toEqual([]);
      expect(outbox.takeBack("c")).toBeNull();
    });

    it("and lets it go before the next one, so that the order stays", async () => {
      const outbox = new Outbox("anna", note);
      outbox.add({ ...HELLO, text: "one" }, 5_000);
      outbox.add({ ...HELLO, text: "two" }, 5_000);
      await settle();
      expect(sent).toEqual(["one"]);
      outbox.add({ ...HELLO, kind: "note", text: "three" });
      await settle();
      expect(sent).toEqual(["one", "two", "three"]);
    });

    it("and sends it at once when the agent turns away, telling when that is done", async () => {
      const outbox = new Outbox("anna", note);
      outbox.add(HELLO, 5_000);
      await outbox.release();
      expect(outbox.entries.value).toMatchObject([{ number: 1 }]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sent).toEqual(["Hello"]);
    });

    it("and a reload sends it", async () => {
      const left = new Outbox("anna", note);
      left.add(HELLO, 5_000);
      left.stop();
      await new Outbox("anna", note).flush();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sent).toEqual(["Hello"]);
    });
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
