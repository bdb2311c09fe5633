import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Notifications } from "../src/state/notifications";
import { useNews } from "../src/ui/news";
import { NotificationMenu } from "../src/ui/notification-menu";
import { answers, draw, find, offer, press, queued, queueView, soon, useHouse, workplace } from "./house";
import { event, message, row } from "./samples";

useHouse();

const shown: { title: string; body: string; tag: string; onclick?: () => void; close: () => void }[] = [];
let permission: NotificationPermission;
const ask = vi.fn(async () => permission);
let seen: DocumentVisibilityState;

beforeEach(() => {
  shown.length = 0;
  permission = "granted";
  seen = "hidden";
  localStorage.removeItem("kulanz.notifications");
  class Shown {
    static get permission() {
      return permission;
    }
    static requestPermission = ask;
    close = vi.fn();
    constructor(
      readonly title: string,
      options: NotificationOptions,
    ) {
      Object.assign(this, options);
      shown.push(this as unknown as (typeof shown)[number]);
    }
  }
  vi.stubGlobal("Notification", Shown);
  vi.stubGlobal("isSecureContext", true);
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => seen);
});
afterEach(() => vi.restoreAllMocks());

function News() {
  useNews();
  return <NotificationMenu />;
}
async function listen(on = true) {
  Object.assign(workplace, { notifications: new Notifications("anna") });
  workplace.notifications.start();
  if (on) await workplace.notifications.turn(true);
  await draw(<News />);
}
const mine = row("c", { state: "agent", owner_id: "anna", customer_name: "Erika Lindner" });
const said = () => (workplace.heard.value = { event: message(6, "My secret"), summary: mine });

describe("the browser", () => {
  it("tells of a message in a case of mine, and never what it says or whose it is", async () => {
    await listen();
    said();
    await soon(() => expect(shown).toHaveLength(1));
    expect(shown[0]).toMatchObject({ title: "New message in a conversation of yours", body: "", tag: "kulanz.message.c" });
    expect(JSON.stringify(shown[0])).not.toMatch(/secret|Erika/);
  });

  it("names the customer for whoever wants that on this screen", async () => {
    await listen();
    await soon(() => expect(find("notification-names")).not.toBeNull());
    press("notification-names");
    said();
    await soon(() => expect(shown[0]?.body).toBe("Erika Lindner"));
  });

  it("says nothing while the page is in sight, or of cases that are not mine", async () => {
    await listen();
    seen = "visible";
    said();
    seen = "hidden";
    workplace.heard.value = { event: message(6, "x"), summary: row("d", { state: "agent", owner_id: "ben" }) };
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(shown).toHaveLength(0);
  });

  it("tells of an offer once, with the reason of the call", async () => {
    answers["GET /api/queue"] = queueView({ waiting: [queued("c", { summary: row("c"), offer: offer("o1") })] });
    await listen();
    await workplace.queue.refresh();
    await soon(() => expect(shown.map(({ title }) => title)).toEqual(["A case is offered to you"]));
    expect(shown[0]!.body).toBe("Wants to talk to a person");
  });

  it("tells who hands me a case, and who mentions me", async () => {
    await listen();
    const directed = event(7, {
      type: "conversation.directed",
      how: "assign",
      to_kind: "person",
      to_id: "anna",
      to_name: "Anna",
      from_id: null,
      from_name: null,
      reason: "Private words",
    });
    workplace.heard.value = { event: { ...directed, actor: { kind: "agent", id: "sophie", name: "Sophie" } }, summary: mine };
    await soon(() => expect(shown[0]?.title).toBe("Sophie hands a case to you"));
    workplace.mentions.arrived.value = {
      conversation_id: "c",
      number: 8,
      at: "2026-03-04T10:00:00Z",
      by_name: "Ben",
      text: "Private words",
      whisper: false,
      summary: mine,
    };
    await soon(() => expect(shown[1]?.title).toBe("Ben has mentioned you"));
    expect(JSON.stringify(shown)).not.toContain("Private");
  });

  it("opens the case when it is clicked", async () => {
    await listen();
    said();
    await soon(() => expect(shown).toHaveLength(1));
    shown[0]!.onclick!();
    expect(location.pathname).toBe("/desk/c/c");
  });

  it("is asked for its permission by a click alone, and a no is explained", async () => {
    permission = "default";
    await listen(false);
    expect(ask).not.toHaveBeenCalled();
    ask.mockImplementationOnce(async () => (permission = "denied"));
    press("notifications");
    await soon(() => expect(find("notification-state")?.textContent).toContain("blocks notifications"));
    expect(ask).toHaveBeenCalledOnce();
    said();
    expect(shown).toHaveLength(0);
  });
});
