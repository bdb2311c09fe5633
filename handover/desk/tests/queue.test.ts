import { describe, expect, it, vi } from "vitest";
import type { QueueView } from "../src/wire-queue";
import { event } from "./samples";
import { asked, answers, offer, queued, queueView, refused, soon, useHouse, workplace } from "./house";

useHouse();

const calls = () => asked.filter(({ call }) => call === "GET /api/queue").length;

describe("the queue", () => {
  it("puts before me only what is offered to me, the one that runs out first at the top", async () => {
    const at = (second: number) => new Date(Date.now() + second * 1_000).toISOString();
    const waiting = [
      queued("late", { offer: offer("o1", { expires_at: at(50) }) }),
      queued("ben", { offer: offer("o2", { agent_id: "ben" }) }),
      queued("soon", { offer: offer("o3", { expires_at: at(10) }) }),
      queued("free"),
    ];
    answers["GET /api/queue"] = queueView({ waiting });
    await workplace.queue.refresh();
    expect(workplace.queue.mine.value.map((mine) => mine.queued.summary.id)).toEqual(["soon", "late"]);
  });

  it("never goes back to an older answer: asked while a fetch runs, it fetches once more", async () => {
    const waiting: ((view: QueueView) => void)[] = [];
    vi.stubGlobal("fetch", () => new Promise((answer) => waiting.push((view) => answer(Response.json(view)))));
    const both = Promise.all([workplace.queue.refresh(), workplace.queue.refresh(), workplace.queue.refresh()]);
    expect(waiting).toHaveLength(1);
    waiting[0]!(queueView({ open: true }));
    await soon(() => expect(waiting).toHaveLength(2));
    waiting[1]!(queueView({ open: false }));
    await both;
    expect(workplace.queue.view.value?.open).toBe(false);
    expect(waiting).toHaveLength(2);
  });

  it("keeps what it knows when the desk cannot be reached, and says so", async () => {
    await workplace.queue.refresh();
    answers["GET /api/queue"] = refused(503, "unavailable");
    await workplace.queue.refresh();
    expect([workplace.queue.view.value?.open, workplace.queue.failed.value]).toEqual([true, true]);
  });

  it("is fetched under a steady stream of events too", async () => {
    vi.useFakeTimers();
    for (let number = 1; number <= 50; number += 1) {
      workplace.queue.heard(event(number, { type: "conversation.closed", outcome: null }));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(calls()).toBeGreaterThan(5);
    expect(calls()).toBeLessThan(20);
  });

  it("is fetched anew once for a burst of events that move it, and for no other", async () => {
    workplace.queue.heard(event(1));
    for (const number of [2, 3, 4]) workplace.queue.heard(event(number, { type: "conversation.closed", outcome: null }));
    await soon(() => expect(calls()).toBe(1));
    expect(workplace.queue.view.value).not.toBeNull();
    expect(calls()).toBe(1);
  });
});
