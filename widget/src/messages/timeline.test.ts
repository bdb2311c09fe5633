import { expect, test } from "vitest";
import type { Model } from "../connection/connection";
import { EMPTY } from "../connection/conversation";
import { ANNA, BOT, event, message, VIEW, VISITOR } from "../connection/fakes";
import { identityForm } from "./identity";
import { timeline } from "./timeline";

function model(rest: Partial<Model>): Model {
  const line = { connection: "live", downSince: null, isOnline: true, hasFailed: false, pausedUntil: null, older: "idle" } as const;
  const visitor = { startedAnew: false, refused: null, turnedAway: null, identity: "unknown" } as const;
  return { ...EMPTY, view: VIEW, outbox: [], ...line, ...visitor, ...rest };
}

const ASKED = event(1, message("Which?", { choices: [{ id: "a", label: "Order 1" }] }));

test("each kind of event has its place, and unknown news has none", () => {
  const items = timeline(
    model({
      events: [
        event(1, { type: "conversation.started", language: "de", page: null, consent: null }, VISITOR),
        event(2, message("Hallo", { client_id: "abc" }), VISITOR),
        event(3, message("Guten Tag"), BOT),
        event(4, { type: "bot.failed", message_number: 2 }),
        event(5, { type: "conversation.claimed", agent_id: "a1", agent_name: "Anna" }, ANNA),
        event(6, message("Hier Anna"), ANNA),
        event(7, { type: "conversation.returned", outcome: "solved", summary: "" }, ANNA),
        event(8, { type: "conversation.closed", outcome: null }, VISITOR),
        event(9, { type: "something.new" } as never),
      ],
    }),
  );
  expect(items.map((item) => (item.kind === "line" ? item.text : item.kind))).toEqual([
    "own",
    "theirs",
    "failure",
    "lineJoined",
    "theirs",
    "lineReturned",
    "lineEndedByYou",
  ]);
});

test("an own message goes from waiting over sent to read under one key", () => {
  const entry = { frame: { type: "message", client_id: "abc", text: "Hi" }, at: "", failed: null, number: null } as const;
  const arrived = [event(4, message("Hi", { client_id: "abc" }), VISITOR)];
  const stages = [
    model({ outbox: [entry] }),
    model({ outbox: [{ ...entry, number: 4 }] }),
    model({ events: arrived }),
    model({ events: arrived, view: { ...VIEW, staff_read: 4 } }),
  ].map((one) => timeline(one)[0]);
  expect(stages).toMatchObject(
    ["waiting", "sent", "sent", "read"].map((progress) => ({ kind: "own", key: "abc", progress })),
  );
});

test("a pressed choice counts as taken at once and shows its label", () => {
  const frame = { type: "message", client_id: "abc", choice: { message_number: 1, choice_id: "a" } } as const;
  const items = timeline(model({ events: [ASKED], outbox: [{ frame, at: "", failed: null, number: null }] }));
  expect(items).toMatchObject([{ taken: "a" }, { kind: "own", text: "Order 1" }]);
});

test("a choice taken in another tab is taken here", () => {
  const taken = message("Order 1", { choice_taken: { message_number: 1, choice_id: "a" } });
  expect(timeline(model({ events: [ASKED, event(2, taken, VISITOR)] }))[0]).toMatchObject({ taken: "a" });
});

test("feedback shows at its answer, sent or still waiting", () => {
  const answer = event(1, message("So.", { wants_feedback: true }));
  const given = event(2, { type: "message.feedback_given", message_number: 1, helpful: false, reason: null, comment: "" }, VISITOR);
  const frame = { type: "feedback", client_id: "abc", message_number: 1, helpful: true } as const;
  expect(timeline(model({ events: [answer] }))[0]).toMatchObject({ helpful: null });
  expect(timeline(model({ events: [answer, given] }))[0]).toMatchObject({ helpful: false });
  expect(
    timeline(model({ events: [answer], outbox: [{ frame, at: "", failed: null, number: null }] }))[0],
  ).toMatchObject({ helpful: true });
});

test("the identity form tells what went wrong and how many tries are left", () => {
  const refused = (tries_left: number) =>
    event(3, { type: "identity.refused", reason: "wrong_code", tries_left } as const);
  const form = (events: Model["events"], step: "email" | "code" | null) =>
    identityForm(model({ events, view: { ...VIEW, identity_step: step } }));
  expect(form([], null)).toBeNull();
  expect(form([event(1, { type: "identity.requested" })], "email")).toMatchObject({ step: "email", problem: null });
  expect(form([refused(2)], "code")).toMatchObject({ problem: { text: "wrongCode", tries: 2 } });
  expect(form([refused(1)], "code")).toMatchObject({ problem: { text: "wrongCodeOne" } });
});
