import { signal } from "@preact/signals";
import { describe, expect, it, vi } from "vitest";
import { ConversationHeader } from "../src/conversation/header";
import { Contact } from "../src/dossier/contact";
import { Routing } from "../src/dossier/routing";
import { DeskState, Team } from "../src/lists/team";
import { Row } from "../src/lists/row";
import { Offers } from "../src/ui/offers";
import { Shell } from "../src/ui/shell";
import type { ContactView } from "../src/wire-queue";
import { row } from "./samples";
import { answers, box, callsOf, colleague, draw, find, offer, press, queued, queueView, refused, soon, submit, texts, useHouse, workplace } from "./house";

useHouse();

const key = (pressed: string) => dispatchEvent(new KeyboardEvent("keydown", { key: pressed, bubbles: true }));
const PATH = "/api/conversations/c";

function offered(because: Parameters<typeof offer>[1] = {}): void {
  const summary = row("c", { topic: "billing", contact: "callback", customer_name: "Erika Lindner" });
  answers["GET /api/queue"] = queueView({ waiting: [queued("c", { summary, offer: offer("o1", because) })] });
  answers[`GET ${PATH}/wish`] = { wish: "My bill is wrong" };
}

/** The card has asked for the wish: by then it also listens to its keys. */
const wishShown = () => soon(() => expect(find("offer-wish")?.textContent).toBe("My bill is wrong"));

describe("an offer", () => {
  it("tells who, what, why I am asked and how long", async () => {
    offered({ because: ["knows_customer", "least_load"] });
    await draw(<Offers />);
    expect(find("offer")?.querySelector("h2")?.textContent).toBe("Erika Lindner is waiting for you");
    await wishShown();
    expect(find("offer-why")?.textContent).toBe("You know this customer.You have the most room right now.");
    expect(find("offer")?.textContent).toMatch(/Billing.*Wants a call back/);
    expect(find("offer-left")?.textContent).toMatch(/^(2\d|30) seconds left$/);
  });

  it("to the only one who can says just that", async () => {
    offered({ because: [] });
    await draw(<Offers />);
    expect(find("offer-why")?.textContent).toBe("You are available and can take the case.");
  });

  it("to somebody else is none of mine", async () => {
    offered({ agent_id: "ben" });
    await draw(<Offers />);
    expect(find("offer")).toBeNull();
  });

  it("is accepted with one key, and its conversation opens", async () => {
    offered();
    answers[`POST ${PATH}/offer/accept`] = { summary: row("c", { state: "agent", owner_id: "anna", last_number: 9 }) };
    await draw(<Offers />);
    await wishShown();
    answers["GET /api/queue"] = queueView();
    key("a");
    await soon(() => expect(find("offer")).toBeNull());
    expect(callsOf(`POST ${PATH}/offer/accept`)).toEqual([{ offer_id: "o1" }]);
    expect(workplace.rows.value.get("c")?.owner_id).toBe("anna");
    expect(location.pathname).toBe("/desk/c/c");
  });

  it("is declined with one key", async () => {
    offered();
    answers[`POST ${PATH}/offer/decline`] = {};
    await draw(<Offers />);
    await wishShown();
    answers["GET /api/queue"] = queueView();
    key("d");
    await soon(() => expect(find("offer")).toBeNull());
    expect(callsOf(`POST ${PATH}/offer/decline`)).toEqual([{ offer_id: "o1" }]);
  });

  it("that has ended meanwhile says so", async () => {
    offered();
    answers[`POST ${PATH}/offer/accept`] = refused(409, "offer_ended");
    await draw(<Offers />);
    press("offer-accept");
    await soon(() => expect(box.querySelector('[role="alert"]')?.textContent).toContain("no longer open"));
  });

  it("that runs out is asked about anew", async () => {
    offered({ expires_at: new Date(Date.now() - 1_000).toISOString() });
    await draw(<Offers />);
    await soon(() => expect(callsOf("GET /api/queue").length).toBeGreaterThan(1));
    expect(find("offer-left")?.textContent).toBe("0 seconds left");
  });
});

describe("the waiting list", () => {
  it("shows topic, contact, and who is asked and why", async () => {
    const summary = row("c", { topic: "technical", contact: "mail" });
    const ben = offer("o", { agent_id: "ben", agent_name: "Ben", because: ["specialist"] });
    answers["GET /api/queue"] = queueView({ waiting: [queued("c", { summary, offer: ben })] });
    await draw(<Row row={summary} place={1} current={false} />);
    expect(box.textContent).toMatch(/Technical.*Wants an answer by e-mail/);
    expect(find("offered-to")?.textContent).toBe("Asked: Ben (a specialist in the topic)");
  });
});

describe("the team", () => {
  it("is shown with status, load and skills; who is not connected is not there", async () => {
    const agents = [
      colleague("anna", { status: "away" }),
      colleague("ben", { online: false, topics: ["orders"], load: 3 }),
      colleague("cleo"),
    ];
    answers["GET /api/queue"] = queueView({ agents });
    await draw(<Team />);
    expect(texts("colleague")).toEqual([
      expect.stringMatching(/Cleo1 of 4Available/),
      expect.stringMatching(/Anna \(you\)1 of 4Away.*All topics/),
      expect.stringMatching(/Ben3 of 4Not connected.*Orders/),
    ]);
  });

  it.each([
    [{ open: true }, "Open"],
    [{ open: false }, "Closed"],
  ])("knows whether the desk is open: %j", async (change, words) => {
    answers["GET /api/queue"] = queueView(change);
    await draw(<DeskState />);
    expect(find("desk-state")?.textContent).toBe(words);
  });
});

describe("an agent who is not available", () => {
  const away = [colleague("anna", { status: "away" })];

  it.each([
    ["offer", /nothing is offered to you/],
    ["manual", /^Open$/],
  ] as const)("is told so where cases are offered (%s)", async (mode, words) => {
    answers["GET /api/queue"] = queueView({ mode, agents: away });
    await draw(<DeskState />);
    expect(find("desk-state")?.textContent).toMatch(words);
  });
});

describe("a claim beyond my load", () => {
  it("is told kindly, and taken all the same when I want it", async () => {
    const waiting = row("c");
    answers[`POST ${PATH}/claim`] = refused(409, "load_limit", { load: 4, load_limit: 4 });
    await draw(<ConversationHeader row={waiting} onDossier={() => undefined} />);
    press("claim");
    await soon(() => expect(find("load-limit")?.textContent).toContain("already have 4 conversations"));
    answers[`POST ${PATH}/claim`] = { summary: row("c", { state: "agent", owner_id: "anna", last_number: 9 }) };
    press("claim-anyway");
    await soon(() => expect(workplace.rows.value.get("c")?.owner_id).toBe("anna"));
    expect(callsOf(`POST ${PATH}/claim`)).toEqual([{ force: false }, { force: true }]);
  });
});

describe("a contact", () => {
  const CONTACT: ContactView = {
    kind: "callback",
    value: "+491711234567",
    shown: "+49 171 1234567",
    note: "After 5 pm",
    created_at: "2026-03-04T10:00:00Z",
    settled: null,
  };

  it("is shown in full, can be called, and is settled with its outcome", async () => {
    const settled = vi.fn();
    answers[`POST ${PATH}/contact/settle`] = { summary: row("c", { last_number: 9 }) };
    await draw(<Contact contact={CONTACT} row={row("c", { contact: "callback" })} onSettled={settled} />);
    expect(find("contact-value")?.getAttribute("href")).toBe("tel:+491711234567");
    expect(find("contact")?.textContent).toContain("After 5 pm");
    press("settle-not_reached");
    await soon(() => expect(settled).toHaveBeenCalledOnce());
    expect(callsOf(`POST ${PATH}/contact/settle`)).toEqual([{ outcome: "not_reached" }]);
  });

  it("of a colleague's case is theirs to settle", async () => {
    const theirs = row("c", { state: "agent", owner_id: "ben", owner_name: "Ben", contact: "callback" });
    await draw(<Contact contact={CONTACT} row={theirs} onSettled={() => undefined} />);
    expect(find("contact-value")?.textContent).toBe("+49 171 1234567");
    expect(find("settle-reached")).toBeNull();
    await draw(<Contact contact={CONTACT} row={{ ...theirs, owner_id: "anna" }} onSettled={() => undefined} />);
    expect(find("settle-reached")).not.toBeNull();
  });

  it("that is settled says how, and asks nothing more", async () => {
    await draw(<Contact contact={{ ...CONTACT, settled: "reached" }} row={row("c")} onSettled={() => undefined} />);
    expect(find("contact-settled")?.textContent).toBe("Reached");
    expect(find("settle-reached")).toBeNull();
  });
});

describe("the reasons of a routing", () => {
  it("are fetched once they are looked at, with everybody who was considered", async () => {
    const candidates = [
      { agent_id: "ben", agent_name: "Ben", eligible: true, because: ["specialist", "least_load"] },
      { agent_id: "anna", agent_name: "Anna", eligible: false, because: ["load_full"] },
    ];
    const decision = { at: "2026-03-04T10:00:00Z", call: 3, how: "offer", chosen: "ben", candidates };
    answers[`GET ${PATH}/routing`] = { decisions: [decision] };
    await draw(<Routing open={{ id: "c", last: signal(4) }} />);
    expect(callsOf(`GET ${PATH}/routing`)).toHaveLength(0);
    const details = find("dossier-routing") as HTMLDetailsElement;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await soon(() => expect(texts("routing-decision")).toHaveLength(1));
    expect(find("routing-decision")?.textContent).toMatch(
      /Ben was asked\..*Ben: a specialist in the topic and has the most room.*Anna was not possible: has enough/,
    );
  });
});

describe("why a case came to me", () => {
  it("stands above the comparison, in sentences", async () => {
    const candidates = [{ agent_id: "anna", agent_name: "Anna", eligible: true, because: ["knows_customer"] }];
    const decision = { at: "2026-03-04T10:00:00Z", call: 3, how: "offer", chosen: "anna", candidates };
    answers[`GET ${PATH}/routing`] = { decisions: [decision] };
    await draw(<Routing open={{ id: "c", last: signal(4) }} />);
    const details = find("dossier-routing") as HTMLDetailsElement;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await soon(() => expect(find("why-me")?.textContent).toBe("Why you?You know this customer."));
  });
});

describe("the frame", () => {
  const shell = () => draw(<Shell>{null}</Shell>);

  it("switches my status, and shows what the desk has stored", async () => {
    await shell();
    const select = find("status") as HTMLSelectElement;
    expect(select.value).toBe("available");
    answers["PUT /api/me/status"] = {};
    answers["GET /api/queue"] = queueView({ agents: [colleague("anna", { status: "away" })] });
    select.value = "away";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await soon(() => expect(workplace.queue.me.value?.status).toBe("away"));
    expect(callsOf("PUT /api/me/status")).toEqual([{ status: "away" }]);
    await soon(() => expect(select.disabled).toBe(false));
    expect(select.value).toBe("away");
  });

  it("gives the status to the keyboard", async () => {
    await shell();
    await soon(() => {
      key("s");
      expect(document.activeElement).toBe(find("status"));
    });
  });

  it("shows how many conversations I have, of how many", async () => {
    workplace.put(row("c", { state: "agent", owner_id: "anna" }));
    await shell();
    expect(find("load")?.textContent).toBe("1 of 4");
  });

  it("asks before I leave with open conversations, and not without", async () => {
    answers["POST /api/logout"] = {};
    workplace.put(row("c", { state: "agent", owner_id: "anna" }));
    await shell();
    press("logout");
    await soon(() => expect(find("dialog-logout")?.textContent).toContain("one open conversation"));
    expect(callsOf("POST /api/logout")).toHaveLength(0);
    submit(find("dialog-logout")?.querySelector("form"));
    await soon(() => expect(callsOf("POST /api/logout")).toHaveLength(1));
  });
});
