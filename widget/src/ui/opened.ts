import { afterEach, beforeEach, vi } from "vitest";
import { FakeSocket, snapshot } from "../connection/fakes";
import type { Event as Happening, Language } from "../connection/wire";
import { OPTIONS } from "../embed/fakes";
import type { Panel, PanelHost } from "../embed/panel";
import { loadTexts, mount, SPARE } from "./panel";

/** For tests: the panel in a page, with the test at the other end of its line. */
export let root: ShadowRoot;
export let panel: Panel;
export const closed = vi.fn();
export const emit = vi.fn();

export const find = (testid: string): HTMLElement | null => root.querySelector(`[data-testid="${testid}"]`);
export const text = (testid: string): string => find(testid)?.textContent ?? "";
export const press = (testid: string): void => find(testid)?.click();

/** Lets everything that follows one upon the other happen: several rounds, because one long pause of a busy machine is only one. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setTimeout(resolve, 8));
}

export const remember = vi.fn();

export async function open(language: Language = "de", more: Partial<PanelHost> = {}): Promise<void> {
  root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  await loadTexts(language);
  await Promise.all(SPARE.map((fetchPart) => fetchPart()));
  panel = mount({ ...OPTIONS, server: "http://desk", language, root, close: closed, remember, emit, ...more });
  panel.show({ focus: true });
  await settle();
}

export async function live(events: Happening[] = [], view: Parameters<typeof snapshot>[1] = {}): Promise<FakeSocket> {
  await open(view?.language);
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot(events, view));
  await settle();
  return FakeSocket.last;
}

export async function write(testid: string, value: string): Promise<void> {
  const field = find(testid) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new window.Event("input", { bubbles: true }));
  await settle();
}

/** Nobody answers any more. */
export async function goDown(): Promise<void> {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("unreachable")));
  FakeSocket.last.close();
  await settle();
}

/** The clock goes on; whatever looks at it looks again. */
export async function later(seconds: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });
  await new Promise((resolve) => setTimeout(resolve, 260)); // once round of `useOutage`
  await settle();
}

/** Somebody answers again, and the network says so; what is there then. */
export async function comeBack(...told: Parameters<typeof snapshot>): Promise<FakeSocket> {
  vi.stubGlobal("fetch", answer);
  window.dispatchEvent(new window.Event("online"));
  await settle();
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot(...told));
  await settle();
  return FakeSocket.last;
}

const ANSWERS: Record<string, unknown> = {
  config: { shop: "Nordlicht", privacy_url: "https://shop.example/privacy", service_mail: "service@shop.example", languages: ["de", "en"], file_bytes: 10_485_760 },
  conversations: { conversation_id: "c1", visitor_token: "t" },
  tickets: { ticket: "one" },
};

const answer = async (url: string): Promise<Response> => Response.json(ANSWERS[url.split("/").at(-1) as string]);

/** Before and after each test of the file: an empty page, and a desk that answers. */
export function usePanel(): void {
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
    FakeSocket.opened = [];
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("fetch", answer);
  });
  afterEach(() => {
    panel.remove();
    document.body.replaceChildren();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
}
