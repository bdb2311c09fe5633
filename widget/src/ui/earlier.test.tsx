import { expect, test, vi } from "vitest";
import { event, FakeSocket, message, snapshot } from "../connection/fakes";
import { find, open, settle, usePanel } from "./opened";

usePanel();

const page = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => event(from + at, message(`m${from + at}`)));
const button = (): HTMLButtonElement | null => find("earlier")?.querySelector("button") ?? null;
const shown = (within: ParentNode | null): string[] =>
  [...(within?.querySelectorAll(".bubble") ?? [])].map((bubble) => bubble.textContent?.trim() ?? "");
const whole = (): ParentNode | null => find("kulanz-panel");

async function inTheMiddle(): Promise<void> {
  await open();
  FakeSocket.last.accept();
  FakeSocket.last.say({ ...snapshot(page(101, 102)), earlier: true });
  await settle();
}

function answerWith(...answers: (() => Response)[]): string[] {
  const asked: string[] = [];
  const others = fetch;
  vi.stubGlobal("fetch", async (url: string) => {
    if (!url.includes("/events?")) return others(url);
    asked.push(url);
    return (answers.shift() as () => Response)();
  });
  return asked;
}

const older = (from: number, to: number, earlier: boolean) => () => Response.json({ events: page(from, to), earlier });

test("a short conversation has no way to older messages", async () => {
  await open();
  FakeSocket.last.accept();
  FakeSocket.last.say(snapshot(page(1, 2)));
  await settle();
  expect(find("earlier")).toBeNull();
});

test("the button brings older messages, above and not as news, and goes when there are none left", async () => {
  await inTheMiddle();
  const asked = answerWith(older(99, 100, true), older(97, 98, false));
  expect(button()?.textContent).toBe("Ältere Nachrichten laden");
  button()?.click();
  await vi.waitFor(() => expect(shown(whole())).toEqual(["m99", "m100", "m101", "m102"]));
  expect(asked).toEqual(["http://desk/api/visitor/events?before=101"]);
  expect(shown(find("messages"))).toEqual(["m101", "m102"]); // the part that is read aloud
  button()?.click();
  await vi.waitFor(() => expect(find("earlier")).toBeNull());
  expect(shown(whole())).toHaveLength(6);
  expect(whole()?.textContent?.match(/keine Person\)\./g)).toHaveLength(1); // the machine notice, once
});

test("a failure is told and the same button tries again", async () => {
  await inTheMiddle();
  answerWith(() => new Response("", { status: 503 }), older(100, 100, false));
  button()?.click();
  await vi.waitFor(() => expect(find("earlier")?.textContent).toContain("konnten nicht geladen werden"));
  button()?.click();
  await vi.waitFor(() => expect(shown(whole())).toEqual(["m100", "m101", "m102"]));
});

test("scrolling to the top asks for them, once at a time, and not again after a failure", async () => {
  await inTheMiddle();
  const asked = answerWith(() => new Response("", { status: 503 }), older(100, 100, false));
  const list = whole()?.querySelector(".scroll") as HTMLElement;
  const scroll = (top: number): void => {
    Object.defineProperty(list, "scrollTop", { value: top, configurable: true, writable: true });
    list.dispatchEvent(new window.Event("scroll"));
  };
  for (const top of [900, 100, 50, 900, 80]) scroll(top);
  await vi.waitFor(() => expect(find("earlier")?.dataset["state"]).toBe("failed"));
  for (const top of [900, 100]) scroll(top);
  await settle();
  expect(asked).toHaveLength(1);
});
