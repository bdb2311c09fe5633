import { beforeEach, describe, expect, it, vi } from "vitest";
import { available, enableSingleKeys, useCommands, type Command } from "../src/ui/commands";
import { fit } from "../src/ui/fuzzy";
import { ariaKey, isPressed, KEYS, keyText, OWN_KEYS } from "../src/ui/keys";
import { Shell } from "../src/ui/shell";
import { Search } from "../src/lists/search";
import { choose, t } from "../src/texts";
import { answers, box, colleague, draw, fill, find, press, queueView, soon, texts, useHouse, workplace } from "./house";
import { row } from "./samples";

useHouse();

const key = (pressed: string, change: KeyboardEventInit = {}, at: EventTarget = globalThis) =>
  at.dispatchEvent(new KeyboardEvent("keydown", { key: pressed, bubbles: true, cancelable: true, ...change }));

function Part({ commands }: { commands: readonly Command[] }) {
  useCommands(commands);
  return <input />;
}

describe("a command", () => {
  it("is run by its key, and not while somebody types or a modifier is held", async () => {
    const run = vi.fn();
    await draw(<Part commands={[{ id: "claim", run }]} />);
    key("c", { ctrlKey: true });
    key("c", {}, box.querySelector("input")!);
    expect(run).not.toHaveBeenCalled();
    key("c");
    expect(run).toHaveBeenCalledOnce();
  });

  it("is run once however long its key is held, unless it leads from one to the next", async () => {
    const [done, next] = [vi.fn(), vi.fn()];
    await draw(<Part commands={[{ id: "done", run: done }, { id: "next", run: next }]} />);
    for (const repeat of [false, true, true]) {
      key("x", { repeat });
      key("j", { repeat });
    }
    expect([done.mock.calls.length, next.mock.calls.length]).toEqual([1, 3]);
  });

  it("by a chord is run also while somebody types", async () => {
    const run = vi.fn();
    await draw(<Part commands={[{ id: "search", run }]} />);
    key("F", { ctrlKey: true, shiftKey: true }, box.querySelector("input")!);
    expect(run).toHaveBeenCalledOnce();
  });

  it("that cannot be done now takes no key and is not listed", async () => {
    const run = vi.fn();
    await draw(<Part commands={[{ id: "claim", run, when: false }]} />);
    expect(key("c")).toBe(true); // nobody prevented what the browser does with it
    expect(run).not.toHaveBeenCalled();
    expect(available.value).toEqual([]);
  });

  it("is gone with the part of the page it belongs to", async () => {
    await draw(<Part commands={[{ id: "x", title: "Do x", run: () => undefined }]} />);
    expect(available.value.map(({ title }) => title)).toEqual(["Do x"]);
    await draw(null);
    expect(available.value).toEqual([]);
  });

  it("with a single letter can be switched off, chords stay", async () => {
    const [single, chord] = [vi.fn(), vi.fn()];
    await draw(<Part commands={[{ id: "claim", run: single }, { id: "bar", run: chord }]} />);
    enableSingleKeys(false);
    key("c");
    key("k", { ctrlKey: true });
    enableSingleKeys(true);
    expect([single.mock.calls.length, chord.mock.calls.length]).toEqual([0, 1]);
  });
});

describe("the keys of the desk", () => {
  it("are each taken once, and every one has words in both languages", () => {
    const keys = Object.values(KEYS).map(({ key: one }) => one);
    expect(new Set(keys).size).toBe(keys.length);
    for (const language of ["de", "en"] as const) {
      choose(language);
      for (const id of Object.keys(KEYS) as (keyof typeof KEYS)[]) expect(t(`command.${id}`)).toBeTruthy();
      for (const id of Object.keys(OWN_KEYS) as (keyof typeof OWN_KEYS)[]) expect(t(`own_key.${id}`)).toBeTruthy();
    }
  });

  it("are written as they stand on the keyboard", () => {
    expect([keyText("Mod+Shift+F"), keyText("a"), ariaKey("bar")]).toEqual(["Ctrl+Shift+F", "a", "Control+K"]);
    choose("de");
    expect(keyText("Mod+Shift+F")).toBe("Strg+Umschalt+F");
  });
});

describe("a chord", () => {
  const pressed = (init: KeyboardEventInit, altGraph = false) =>
    Object.assign(new KeyboardEvent("keydown", init), { getModifierState: () => altGraph });

  it("of Alt and a digit is one wherever the digit stands, and nothing that types a character", () => {
    const alt = (init: KeyboardEventInit, altGraph = false) => isPressed("Alt+1", pressed({ altKey: true, ...init }, altGraph));
    expect(alt({ key: "1", code: "Digit1" })).toBe(true);
    expect(alt({ key: "&", code: "Digit1" })).toBe(true); // French
    expect(alt({ key: "1", code: "Numpad1" })).toBe(false); // Alt+0150 types a dash
    expect(alt({ key: "¡", code: "Digit1" }, true)).toBe(false); // AltGr
    expect(alt({ key: "1", code: "Digit1", ctrlKey: true })).toBe(false); // AltGr as Windows tells it
  });

  it("of a letter goes by what is typed, and by its place only where no letter of ours is", () => {
    const mod = (key: string) => isPressed("Mod+K", pressed({ key, code: "KeyK", ctrlKey: true }));
    expect([mod("k"), mod("K"), mod("л"), mod("t")]).toEqual([true, true, true, false]);
  });
});

describe("what was typed", () => {
  it.each([
    ["uber", "Übergeben"],
    ["ueber", "Übergeben"],
    ["strasse", "Lange Straße"],
    ["lind", "Erika Lindner"],
    ["eri li", "Erika Lindner"],
    ["li eri", "Erika Lindner"],
    ["hbb", "Hand back to the bot"],
  ])("“%s” finds “%s”", (query, title) => expect(fit(query, title)).toBeGreaterThan(0));

  it("finds nothing that only has the letters somewhere", () => {
    expect(fit("xyz", "Erika Lindner")).toBeNull();
    expect(fit("ndr", "Erika Lindner")).toBeNull();
    expect(fit("erika meier", "Erika Lindner")).toBeNull();
  });

  it("prefers beginnings to middles, and the title to the words beside it", () => {
    expect(fit("note", "Note")!).toBeGreaterThan(fit("note", "Write a note")!);
    expect(fit("note", "Write a note")!).toBeGreaterThan(fit("note", "Denoted")!);
    expect(fit("note", "Denoted")!).toBeGreaterThan(fit("note", "Else", "denoted")!);
  });
});

describe("the command bar", () => {
  beforeEach(() => {
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    answers["GET /api/queue"] = queueView({ agents: [colleague("anna"), colleague("ben", { status: "busy" })] });
    answers["GET /api/canned-answers"] = { answers: [] };
  });
  const query = () => find("command-query") as HTMLInputElement;
  const chosen = () => box.querySelector('[data-testid="command"][aria-selected="true"]')?.textContent;
  async function open() {
    await draw(
      <Shell>
        <Search current={null}>{null}</Search>
      </Shell>,
    );
    key("k", { ctrlKey: true });
    await soon(() => expect(query()).not.toBeNull());
  }

  it("finds customers, colleagues, pages and commands by a few letters, and Enter goes there", async () => {
    workplace.put(row("one", { customer_name: "Erika Lindner", waiting_since: new Date().toISOString() }));
    await open();
    fill(query(), "lind");
    await soon(() => expect(chosen()).toContain("Erika Lindner"));
    key("Enter", {}, query());
    await soon(() => expect(location.pathname).toBe("/desk/c/one"));
    expect(find("command-bar")).toBeNull();
  });

  it("tells a colleague's status", async () => {
    await open();
    fill(query(), "ben");
    await soon(() => expect(chosen()).toContain("Busy · 1 of 4"));
  });

  it("is walked through with the arrows, round and round, and tells the field what is chosen", async () => {
    await open();
    fill(query(), "my status");
    await soon(() => expect(texts("command")).toHaveLength(4)); // three of them, and the search for the words
    key("ArrowUp", {}, query());
    await soon(() => expect(chosen()).toContain("Search for"));
    key("ArrowDown", {}, query());
    await soon(() => expect(chosen()).toContain("My status"));
    const told = query().getAttribute("aria-activedescendant")!;
    expect(document.getElementById(told)?.getAttribute("aria-selected")).toBe("true");
  });

  it("runs what is chosen", async () => {
    answers["PUT /api/me/status"] = {};
    await open();
    fill(query(), "busy");
    await soon(() => expect(chosen()).toContain("My status: busy"));
    answers["GET /api/queue"] = queueView({ agents: [colleague("anna", { status: "busy" })] });
    key("Enter", {}, query());
    await soon(() => expect(workplace.queue.me.value?.status).toBe("busy"));
  });

  it("means what was looked at, whatever comes above it meanwhile", async () => {
    workplace.put(row("one", { customer_name: "Lindner", waiting_since: new Date().toISOString() }));
    await open();
    fill(query(), "lind");
    await soon(() => expect(chosen()).toContain("Lindner"));
    workplace.put(row("two", { customer_name: "Lind", state: "agent", owner_id: "anna" }));
    await soon(() => expect(texts("command")[0]).toMatch(/^Lind[^n]/));
    key("Enter", {}, query());
    await soon(() => expect(location.pathname).toBe("/desk/c/one"));
  });

  it("hands over to the search what it does not know", async () => {
    answers["GET /api/search?query=kolibri&limit=20"] = { conversations: [], more: false, customers: [] };
    await open();
    fill(query(), "kolibri");
    await soon(() => expect(chosen()).toContain("Search for “kolibri”"));
    key("Enter", {}, query());
    await soon(() => expect((find("search") as HTMLInputElement).value).toBe("kolibri"));
  });

  it("says that nothing fits", async () => {
    await open();
    fill(query(), "q");
    await soon(() => expect(find("command-bar")?.textContent).toContain("Nothing fits"));
  });

  it("puts the overview of all keys a few letters away, complete", async () => {
    await open();
    fill(query(), "keyboard");
    await soon(() => expect(chosen()).toContain("Show all keyboard shortcuts"));
    key("Enter", {}, query());
    await soon(() => expect(find("dialog-shortcuts")).not.toBeNull());
    const shown = [...box.querySelectorAll(".shortcuts kbd")].map(({ textContent }) => textContent);
    for (const { key: one } of [...Object.values(KEYS), ...Object.values(OWN_KEYS)]) expect(shown).toContain(keyText(one));
    press("single-keys");
    key("?");
    enableSingleKeys(true);
  });
});
