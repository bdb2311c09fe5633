import { render } from "preact";
import { beforeEach, describe, expect, it } from "vitest";
import { EventLine } from "../src/conversation/event-line";
import { choose } from "../src/texts";
import type { DeskEvent } from "../src/wire";
import { event, message, row } from "./samples";

const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> [x](javascript:alert(3))';
const BEN = { kind: "agent", id: "b", name: "Ben" } as const;

function drawn(shown: DeskEvent, log: DeskEvent[] = [shown], visitorRead = 0): HTMLElement {
  const box = document.createElement("ol");
  render(
    <EventLine event={shown} log={log} row={row("c", { visitor_read: visitorRead, customer_name: "Erika" })} />,
    box,
  );
  return box;
}

beforeEach(() => choose("en"));

describe("an event in the conversation", () => {
  it.each(["visitor", "agent", "bot"] as const)("shows hostile text of the %s as text", (kind) => {
    const box = drawn({ ...message(2, HOSTILE), actor: { kind, id: null, name: HOSTILE } });
    expect(box.textContent).toContain("<script>alert(2)</script>");
    expect(box.querySelector("img, script, a")).toBeNull();
  });

  it("marks a note as private", () => {
    const note = drawn({ ...event(3, { type: "note.posted", text: "careful" }), actor: BEN });
    expect(note.querySelector('[data-testid="note"]')?.textContent).toContain("Private note by Ben");
  });

  it("marks the last word of our side as read once the visitor has read that far", () => {
    const word = { ...message(4, "Hello"), actor: BEN };
    const mark = (read: number) => drawn(word, [word], read).querySelector('[data-testid="read-mark"]')?.textContent;
    expect([mark(3), mark(4)]).toEqual(["Sent", "Read"]);
  });

  it("shows which of the offered answers was chosen", () => {
    const offer = event(5, {
      ...message(5, "Which one?").data,
      choices: [
        { id: "a", label: "One" },
        { id: "b", label: "Two" },
      ],
    } as DeskEvent["data"]);
    const taken = event(6, {
      ...message(6, "Two").data,
      choice_taken: { message_number: 5, choice_id: "b" },
    } as DeskEvent["data"]);
    expect(drawn(offer, [offer, taken]).querySelector(".taken")?.textContent).toBe("Two (chosen)");
  });

  it("says of a proposal that only the staff see it, and why it is one", () => {
    const proposed = event(7, {
      type: "credit.proposed",
      decision_id: "d",
      amount_cents: 18_900,
      currency: "EUR",
      reason: "damaged_item",
      order_number: "10023",
      because: "limit.bot",
    });
    const card = drawn(proposed).querySelector('[data-testid="credit"]')?.textContent;
    for (const part of ["€189.00", "order 10023", "above the bot's limit", "Visible to colleagues only"])
      expect(card).toContain(part);
  });
});
