import stories from "@widget/connection/stories.json";
import { describe, expect, it } from "vitest";
import { merge, type Log } from "../src/state/log";
import type { DeskEvent } from "../src/wire";

/**
 * One commit of the desk: what it told the staff, and the numbers that a page which comes just then is shown. Written
 * by `tests/unit/widget/stories.py`, which sees that every kind of event is told and that the summary which comes with
 * an event is the state after it.
 */
interface Moment {
  staff: readonly DeskEvent[];
  log: readonly number[];
}

const STORIES = stories.stories as unknown as readonly { tells: string; moments: readonly Moment[] }[];
const numbers = (log: Log) => log.map(({ number }) => number);

it("every kind of event is told in a story", () => {
  const seen = STORIES.flatMap(({ moments }) => moments.flatMap(({ staff }) => staff.map(({ data }) => data.type)));
  expect([...new Set(seen)].sort()).toEqual(Object.keys(stories.audience).sort());
});

describe.each(STORIES)("$tells", ({ moments }) => {
  it("the log is the same for who was there and for who comes now", () => {
    let log: Log = [];
    for (const { staff, log: fresh } of moments) {
      log = merge(log, staff);
      expect(numbers(log)).toEqual(fresh);
    }
  });

  it("the log is the same in whatever order and however often its events come", () => {
    const all = moments.flatMap(({ staff }) => staff);
    const last = moments.at(-1)!.log;
    const odd = [...all].reverse().flatMap((event, at) => (at % 2 ? [event, all[at]!] : [event]));
    expect(numbers(odd.reduce<Log>((log, event) => merge(log, [event]), []))).toEqual(last);
  });
});
