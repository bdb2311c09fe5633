import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Composer } from "../src/conversation/composer";
import { Unsent } from "../src/conversation/unsent";
import { OpenConversation } from "../src/state/conversation";
import { useWorkplace, Workplace } from "../src/state/workplace";
import { WritingMenu } from "../src/ui/writing-menu";
import { ANNA, answers, callsOf, draw, fill, find, press, refused, soon, useHouse, workplace } from "./house";
import { row } from "./samples";

useHouse();

const POST = "POST /api/conversations/c/messages";
const mine = row("c", { state: "agent", owner_id: "anna", ownership_version: 3 });
const field = () => find("composer-text") as HTMLTextAreaElement;

/** The text field, and above it what is not sent yet. */
function Writing({ open }: { open: OpenConversation }) {
  const { outbox } = useWorkplace();
  return (
    <>
      <ol>
        {outbox.entries.value.map((entry) => (
          <Unsent key={entry.client_id} entry={entry} row={mine} />
        ))}
      </ol>
      <Composer open={open} row={mine} />
    </>
  );
}

async function write(text: string): Promise<void> {
  await draw(<Writing open={new OpenConversation("c", { known: () => {}, drafts: () => {} })} />);
  fill(field(), text);
  await soon(() => expect(find("send")?.hasAttribute("disabled")).toBe(false));
}
const key = (name: string, held: KeyboardEventInit = {}): boolean =>
  field().dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...held }));

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  answers[POST] = { number: 9 };
});

describe("a message that was sent", () => {
  beforeEach(() => {
    workplace.writing.settings.value = { send_by: "enter", undo: true };
  });

  it("waits, and comes back into the text field before what was written since", async () => {
    await write("Hello");
    key("Enter");
    await soon(() => expect(find("held")).not.toBeNull());
    workplace.drafts.of("c", "message").value = "and more";
    press("undo-send");
    await soon(() => expect(field().value).toBe("Hello\nand more"));
    expect(find("unsent")).toBeNull();
    expect(document.activeElement).toBe(field());
    expect(callsOf(POST)).toEqual([]);
  });

  it("comes back by Ctrl+Z in the empty text field", async () => {
    await write("Hello");
    key("Enter");
    await soon(() => expect(field().value).toBe(""));
    expect(key("z", { ctrlKey: true })).toBe(false);
    await soon(() => expect(field().value).toBe("Hello"));
    expect(key("z", { ctrlKey: true })).toBe(true); // the browser's own from here on
  });

  it.each([
    ["the agent says so", () => press("send-now")],
    ["another conversation is opened", () => workplace.show("other")],
    ["the page is left", () => dispatchEvent(new Event("pagehide"))],
  ])("goes when %s", async (_, act) => {
    await write("Hello");
    workplace.start();
    key("Enter");
    await soon(() => expect(find("held")).not.toBeNull());
    act();
    await soon(() => expect(callsOf(POST)).toMatchObject([{ text: "Hello" }]));
  });

  it("does not wait where the agent wants it so, nor does a note", async () => {
    workplace.writing.settings.value = { send_by: "enter", undo: false };
    await write("Hello");
    key("Enter");
    await soon(() => expect(callsOf(POST)).toHaveLength(1));
    workplace.writing.settings.value = { send_by: "enter", undo: true };
    answers["POST /api/conversations/c/notes"] = { number: 10 };
    press("mode-note");
    await soon(() => expect(find("composer")?.className).toContain("mode-note"));
    fill(field(), "psst");
    await soon(() => expect(find("send")?.hasAttribute("disabled")).toBe(false));
    key("Enter");
    await soon(() => expect(callsOf("POST /api/conversations/c/notes")).toHaveLength(1));
  });
});

describe("the keys that send", () => {
  it("are Enter, or Ctrl+Enter where the agent wants it so", async () => {
    await write("Hello");
    key("Enter", { shiftKey: true });
    workplace.writing.settings.value = { send_by: "ctrl_enter", undo: false };
    await soon(() => expect(find("composer")?.textContent).toContain("Ctrl+Enter sends"));
    expect(key("Enter")).toBe(true);
    expect(callsOf(POST)).toEqual([]);
    key("Enter", { ctrlKey: true });
    await soon(() => expect(callsOf(POST)).toHaveLength(1));
  });

  it("are remembered by the desk, and by this browser until it has answered", async () => {
    answers["PUT /api/me/writing"] = {};
    await draw(<WritingMenu />);
    const select = find("send-by") as HTMLSelectElement;
    select.value = "ctrl_enter";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await soon(() => expect(workplace.writing.settings.value.send_by).toBe("ctrl_enter"));
    expect(callsOf("PUT /api/me/writing")).toEqual([{ send_by: "ctrl_enter", undo: false }]);
    const next = new Workplace(ANNA);
    expect(next.writing.settings.value.send_by).toBe("ctrl_enter");
    answers["GET /api/me/writing"] = { send_by: "enter", undo: true };
    await next.writing.fetch();
    expect(next.writing.settings.value).toEqual({ send_by: "enter", undo: true });
  });

  it("stay as they were when the desk does not take the change, and it is told", async () => {
    answers["PUT /api/me/writing"] = refused(503, "unavailable");
    await draw(<WritingMenu />);
    find("undo-setting")?.click();
    await soon(() => expect(document.querySelector("[role=alert]")).not.toBeNull());
    expect(workplace.writing.settings.value.undo).toBe(false);
  });
});

describe("a note that is being written", () => {
  const open = new OpenConversation("c", { known: () => {}, drafts: () => {} });
  const theirs = row("c", { state: "waiting", owner_id: null });
  afterEach(() => open.leave());

  it("stays a note when the case becomes mine meanwhile", async () => {
    await draw(<Composer open={open} row={theirs} />);
    field().focus();
    fill(field(), "Careful, he");
    await draw(<Composer open={open} row={mine} />);
    await soon(() => expect(find("mode-note")?.getAttribute("aria-pressed")).toBe("true"));
    expect(field().value).toBe("Careful, he");
    expect(document.activeElement).toBe(field());
  });

  it("gives way to the answer for whoever turned away from it to take the case", async () => {
    await draw(<Composer open={open} row={theirs} />);
    fill(field(), "Careful, he");
    field().blur();
    await draw(<Composer open={open} row={mine} />);
    await soon(() => expect(find("mode-message")?.getAttribute("aria-pressed")).toBe("true"));
    expect(field().value).toBe("");
  });
});
