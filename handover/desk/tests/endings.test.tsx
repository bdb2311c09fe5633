import { describe, expect, it } from "vitest";
import { ConversationHeader } from "../src/conversation/header";
import { Ratings } from "../src/conversation/ratings";
import type { DeskEvent } from "../src/wire";
import { answers, box, callsOf, draw, find, refused, useHouse } from "./house";
import { event, row } from "./samples";

useHouse();

const rated = (number: number, about: "bot" | "human", score: number, comment = ""): DeskEvent =>
  event(number, { type: "conversation.rated", about, score, comment });

describe("ratings", () => {
  it("show of each side the latest, with its comment as text", async () => {
    const log = [rated(1, "bot", 1), rated(2, "human", 5, "<b>Danke</b>\u202e"), rated(3, "bot", 4)];
    await draw(<Ratings log={log} />);
    const shown = [...box.querySelectorAll<HTMLElement>('[data-testid="ratings"] li')];
    expect(shown.map(({ dataset, textContent }) => [dataset["about"], dataset["score"], textContent])).toEqual([
      ["bot", "4", "The bot was rated: 4 of 5 (good)."],
      ["human", "5", "The personal service was rated: 5 of 5 (very good). Comment: <b>Danke</b>"],
    ]);
  });

  it("take no room where there are none", async () => {
    await draw(<Ratings log={[event(1)]} />);
    expect(find("ratings")).toBeNull();
  });
});

describe("the transcript by mail", () => {
  const header = (trust: "none" | "code") => draw(<ConversationHeader row={row("c", { trust })} onDossier={() => {}} />);

  it("is offered once the customer is proven, and asked for with one press", async () => {
    await header("none");
    expect(find("mail-transcript")).toBeNull();
    answers["POST /api/conversations/c/transcript"] = { summary: row("c", { trust: "code" }) };
    await header("code");
    find("mail-transcript")?.click();
    await expect.poll(() => callsOf("POST /api/conversations/c/transcript")).toEqual([{}]);
  });

  it.each([
    [403, "identity_required", "has not proven yet"],
    [409, "no_address", "no mail address"],
    [429, "too_many", "wait a moment"],
  ])("says why it was refused: %i %s", async (status, code, words) => {
    answers["POST /api/conversations/c/transcript"] = refused(status, code);
    await header("code");
    find("mail-transcript")?.click();
    await expect.poll(() => box.textContent).toContain(words);
  });
});
