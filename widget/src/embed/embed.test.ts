import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { embed, type Kulanz } from "./embed";
import { OPTIONS } from "./fakes";
import { optionsOf } from "./options";
import type { Panel, PanelHost } from "./panel";

let kulanz: Kulanz;
let host: PanelHost | undefined;
const panel = { show: vi.fn<Panel["show"]>(() => host?.remember(true)), hide: vi.fn<Panel["hide"]>(), remove: vi.fn<Panel["remove"]>(), identify: vi.fn<Panel["identify"]>() };
const load = vi.fn(async () => ({ loadTexts: async () => {}, mount: (given: PanelHost) => ((host = given), panel) }));

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
  expect(load).toHaveBeenLastCalledWith(OPTIONS, 1);
  expect(panel.show).toHaveBeenCalledOnce();
});

test("where to write to is named while the panel cannot be loaded, if the website has said", async () => {
  kulanz = embed({ ...OPTIONS, serviceMail: "help@shop.example" }, load);
  load.mockRejectedValueOnce(new TypeError("unreachable"));
  launcher().click();
  await settle();
  const mail = (): HTMLAnchorElement | null | undefined => element()?.shadowRoot?.querySelector("[role=alert] a");
  expect([mail()?.href, mail()?.textContent]).toEqual(["mailto:help@shop.example", "help@shop.example"]);
  launcher().click();
  await settle();
  expect(mail()).toBeNull();
});

test("a panel that is stuck on its way is told like one that cannot be loaded, and is not mounted when it comes after all", async () => {
  vi.useFakeTimers();
  kulanz = embed(OPTIONS, load);
  let arrive = (): void => {};
  const late = vi.fn(() => panel);
  load.mockImplementationOnce(() => new Promise((resolve) => (arrive = () => resolve({ loadTexts: async () => {}, mount: late }))));
  launcher().click();
  await vi.advanceTimersByTimeAsync(20_000);
  vi.useRealTimers();
  expect(launcher().ariaBusy).toBe("false");
  expect(element()?.shadowRoot?.querySelector("[role=alert]")?.textContent).toContain("nicht erreichbar");
  launcher().click();
  await settle();
  arrive();
  await settle();
  expect(late).not.toHaveBeenCalled();
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

test("who is logged in on the website is handed on to the panel, before and after it is loaded", async () => {
  kulanz = embed({ ...OPTIONS, identityToken: "from the tag" }, load);
  kulanz.identify("first");
  await kulanz.open();
  expect(host?.identityToken).toBe("first");
  kulanz.identify("second");
  expect(panel.identify).toHaveBeenCalledExactlyOnceWith("second");
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
  script.dataset["identityToken"] = "signed";
  expect(optionsOf(script)).toEqual({
    server: "https://desk.example/help",
    language: "en",
    label: "Chat",
    side: "left",
    theme: "auto",
    identityToken: "signed",
    consent: null,
    serviceMail: null,
    sound: false,
    titleNotice: true,
  });
});
