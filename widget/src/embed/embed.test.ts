import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { embed, type Kulanz } from "./embed";
import { optionsOf } from "./options";
import type { Panel, PanelHost } from "./panel";

const OPTIONS = { server: "https://desk.example", language: "de", label: "Chat", side: "right" } as const;
let kulanz: Kulanz;
let host: PanelHost | undefined;
const panel = { show: vi.fn<Panel["show"]>(), hide: vi.fn<Panel["hide"]>(), remove: vi.fn<Panel["remove"]>() };
const load = vi.fn(async () => ({ mount: (given: PanelHost) => ((host = given), panel) }));

const element = (): HTMLElement | null => document.querySelector("kulanz-chat");
const launcher = (): HTMLButtonElement => element()?.shadowRoot?.querySelector("button") as HTMLButtonElement;
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  vi.clearAllMocks();
  host = undefined;
});

afterEach(() => kulanz?.remove());

test("before it is opened nothing is loaded and nothing is stored", () => {
  kulanz = embed(OPTIONS, load);
  expect(launcher().ariaLabel).toBe("Chat öffnen");
  expect(load).not.toHaveBeenCalled();
  expect([localStorage.length, sessionStorage.length, document.cookie]).toEqual([0, 0, ""]);
});

test("a press loads the panel once and shows it", async () => {
  kulanz = embed(OPTIONS, load);
  launcher().click();
  await settle();
  expect(panel.show).toHaveBeenCalledWith({ focus: true });
  expect(launcher().hidden).toBe(true);
  host?.close();
  expect(panel.hide).toHaveBeenCalledOnce();
  expect(element()?.shadowRoot?.activeElement).toBe(launcher());
  await kulanz.open();
  expect(load).toHaveBeenCalledOnce();
});

test("a panel that cannot be loaded is told, and the next press tries again", async () => {
  kulanz = embed(OPTIONS, load);
  load.mockRejectedValueOnce(new TypeError("unreachable"));
  launcher().click();
  await settle();
  expect(element()?.shadowRoot?.querySelector("[role=alert]")?.textContent).toContain("nicht erreichbar");
  launcher().click();
  await settle();
  expect(load).toHaveBeenLastCalledWith(1);
  expect(panel.show).toHaveBeenCalledOnce();
});

test("on the next page of the same tab an open chat is open again, without taking the focus", async () => {
  kulanz = embed(OPTIONS, load);
  await kulanz.open();
  kulanz.remove();
  kulanz = embed(OPTIONS, load);
  await settle();
  expect(panel.show).toHaveBeenLastCalledWith({ focus: false });
});

test("host pages hear events until they stop listening", async () => {
  kulanz = embed(OPTIONS, load);
  const heard = vi.fn();
  const stop = kulanz.on("open", heard);
  await kulanz.open();
  stop();
  await kulanz.open();
  expect(heard).toHaveBeenCalledOnce();
});

test("unread messages are counted on the launcher", async () => {
  kulanz = embed(OPTIONS, load);
  await kulanz.open();
  host?.emit("unread", { count: 2 });
  expect(launcher().textContent).toBe("Chat2");
  expect(launcher().ariaLabel).toBe("Chat öffnen, ungelesen: 2");
});

test("removed, nothing is left in the page", async () => {
  kulanz = embed(OPTIONS, load);
  await kulanz.open();
  kulanz.remove();
  expect(element()).toBeNull();
  expect(panel.remove).toHaveBeenCalledOnce();
});

test("the tag's own address is the desk's", () => {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: "https://desk.example/help/kulanz.js?v=1" });
  script.dataset["language"] = "en-GB";
  script.dataset["position"] = "left";
  expect(optionsOf(script)).toEqual({
    server: "https://desk.example/help",
    language: "en",
    label: "Chat",
    side: "left",
  });
});
