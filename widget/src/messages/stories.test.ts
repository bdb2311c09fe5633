import { describe, expect, test } from "vitest";
import type { Model } from "../connection/connection";
import { EMPTY, withEvent, withSnapshot, type Conversation } from "../connection/conversation";
import stories from "../connection/stories.json";
import type { Event, Snapshot } from "../connection/wire";
import { identityForm } from "./identity";
import { timeline } from "./timeline";

/**
 * One commit of the desk: what it sent, and what it would answer a page that comes just then. Written by
 * `tests/unit/widget/stories.py`, which also sees that every kind of event is told.
 */
interface Moment {
  visitor: readonly Event[];
  snapshot: Omit<Snapshot, "events"> & { events: readonly number[] };
}

const STORIES = stories.stories as unknown as readonly { tells: string; moments: readonly Moment[] }[];
const AUDIENCE: Readonly<Record<string, string>> = stories.audience;

/** What every later reader holds, and whoever comes now: a page of it, with the events themselves. */
function freshSnapshots(moments: readonly Moment[]): Snapshot[] {
  const known = new Map<number, Event>();
  return moments.map(({ visitor, snapshot }) => {
    for (const event of visitor) known.set(event.number, event);
    return { ...snapshot, events: snapshot.events.map((number) => known.get(number) as Event) };
  });
}

const fresh = (snapshot: Snapshot): Conversation => withSnapshot(EMPTY, snapshot);
const told = (conversation: Conversation | null, events: readonly Event[]): Conversation | null =>
  events.reduce((known, event) => known && withEvent(known, event), conversation);

function shown(conversation: Conversation | null): unknown {
  const rest = { connection: "live", outbox: [], startedAnew: false, refused: null, turnedAway: null, identity: "unknown", older: "idle",
    downSince: null,
    isOnline: true,
    hasFailed: false,
    pausedUntil: null } as const;
  const model: Model = { ...(conversation as Conversation), ...rest };
  return { conversation, timeline: timeline(model), form: identityForm(model) };
}

test("every kind of event that a visitor may see is told in a story", () => {
  const seen = STORIES.flatMap(({ moments }) => moments.flatMap(({ visitor }) => visitor.map(({ data }) => data.type)));
  const visible = Object.keys(AUDIENCE).filter((type) => AUDIENCE[type] === "all");
  expect([...new Set(seen)].sort()).toEqual(visible.sort());
});

describe.each(STORIES)("$tells", ({ moments }) => {
  const snapshots = freshSnapshots(moments);

  test("whoever was there all the time sees what somebody sees who comes now", () => {
    let conversation: Conversation | null = fresh(snapshots[0]!);
    moments.slice(1).forEach(({ visitor }, at) => {
      conversation = told(conversation, visitor);
      expect(shown(conversation)).toEqual(shown(fresh(snapshots[at + 1]!)));
    });
  });

  test("so does whoever comes in at any moment", () => {
    const last = shown(fresh(snapshots.at(-1)!));
    snapshots.forEach((snapshot, at) => {
      const later = moments.slice(at + 1).flatMap(({ visitor }) => visitor);
      expect(shown(told(fresh(snapshot), later))).toEqual(last);
    });
  });

  test("and whoever was away for a while and resumes by number", () => {
    const now = snapshots.at(-1)!;
    snapshots.slice(0, -1).forEach((snapshot) => {
      const isKept = now.events.some(({ number }) => number === snapshot.last_number);
      const missed = isKept ? now.events.filter(({ number }) => number > snapshot.last_number) : now.events;
      const answer = { ...now, cursor: isKept ? snapshot.last_number : 0, events: missed };
      expect(shown(withSnapshot(fresh(snapshot), answer))).toEqual(shown(fresh(now)));
    });
  });

  test("and whoever is told everything twice", () => {
    const all = moments.slice(1).flatMap(({ visitor }) => visitor);
    const first = fresh(snapshots[0]!);
    const twice = all.flatMap((event) => [event, event]);
    expect(shown(told(told(first, twice), all))).toEqual(shown(told(first, all)));
  });
});
