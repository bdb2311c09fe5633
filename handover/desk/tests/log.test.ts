import { describe, expect, it } from "vitest";
import { eventsOf, lastNumber, leavesGap, merge, type Log } from "../src/state/log";
import { event, message } from "./samples";

const numbers = (log: readonly { number: number }[]) => log.map((each) => each.number);

describe("the log of a conversation", () => {
  it("holds an event once, however often it arrives", () => {
    const log = merge(merge([], [event(1), event(2)]), [event(2), event(2), event(3)]);
    expect(numbers(log)).toEqual([1, 2, 3]);
  });

  it("stays the same object when nothing new arrives, so that nothing is drawn again", () => {
    const log = merge([], [event(1)]);
    expect(merge(log, [event(1)])).toBe(log);
  });

  it("is in order of the numbers, whatever the order of arrival", () => {
    expect(numbers(merge([event(3)], [event(2), event(1)]))).toEqual([1, 2, 3]);
  });

  it("notices that an event was missed", () => {
    const log = [event(1), event(2)];
    expect(leavesGap(log, event(3))).toBe(false);
    expect(leavesGap(log, event(5))).toBe(true);
    expect(leavesGap(log, event(2))).toBe(false);
    expect(leavesGap([], event(1))).toBe(false);
  });

  it("ends up the same by socket and catch-up as by one fetch", () => {
    const all = [event(1), message(2, "a"), event(3), message(4, "b")];
    const bySocket = [all[3]!, all[0]!, all[2]!].reduce((log, each) => merge(log, [each]), merge([], []));
    expect(merge(bySocket, all)).toEqual(all);
  });

  it("keeps nothing but credits of what was forgotten, in whatever order it arrives", () => {
    const card = { amount_cents: 500, currency: "EUR", reason: "late_delivery", subject: "1", reference: "G" } as const;
    const credit = event(3, { type: "credit.granted", ...card });
    const forgotten = event(4, { type: "conversation.forgotten", reason: "retention" });
    const all = [event(1), message(2, "a"), credit, forgotten, message(5, "b")];
    expect(numbers(merge([], all))).toEqual([3, 4, 5]);
    expect(numbers([...all].reverse().reduce<Log>((log, each) => merge(log, [each]), []))).toEqual([3, 4, 5]);
  });

  it("knows its last number and the events of a kind", () => {
    const log = [event(1), message(2, "a")];
    expect(lastNumber(log)).toBe(2);
    expect(lastNumber([])).toBe(0);
    expect(eventsOf(log, "message.posted").map((each) => each.data.text)).toEqual(["a"]);
  });
});
