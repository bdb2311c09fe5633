import { expect, test, vi } from "vitest";
import { ANNA, event, FakeSocket, fileRef, message, VISITOR } from "../connection/fakes";
import { comeBack, find, live, press, root, settle, text, usePanel, write } from "./opened";

usePanel();

/** The desk's end of each upload. */
class FakeRequest {
  static sent: FakeRequest[] = [];
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = "";
  address = "";
  readonly headers: Record<string, string> = {};

  open(_method: string, address: string): void {
    this.address = address;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(): void {
    FakeRequest.sent.push(this);
  }
  abort(): void {
    this.onabort?.();
  }
  answer(status: number, body: unknown): void {
    Object.assign(this, { status, responseText: JSON.stringify(body) });
    this.onload?.();
  }
}

async function choose(...files: File[]): Promise<void> {
  const input = find("attach-input") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: files, configurable: true });
  input.dispatchEvent(new window.Event("change", { bubbles: true }));
  await settle();
}

const pdf = (name = "Rechnung.pdf"): File => new File(["%PDF-"], name, { type: "application/pdf" });
const all = (testid: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];

function desk(): FakeRequest[] {
  FakeRequest.sent = [];
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  return FakeRequest.sent;
}

test("a chosen file goes up with the visitor's secret, tells how far it is, and leaves with the message", async () => {
  const requests = desk();
  const socket = await live();
  await choose(pdf());
  expect(requests[0]?.address).toBe("http://desk/api/visitor/files?name=Rechnung.pdf");
  expect(requests[0]?.headers["Authorization"]).toMatch(/^Bearer .+/);
  requests[0]?.upload.onprogress?.({ loaded: 40, total: 100 });
  await settle();
  expect(text("chip")).toMatch(/40\s%\shochgeladen/);
  requests[0]?.answer(201, fileRef("Rechnung.pdf"));
  await settle();
  expect(find("chip")?.dataset["state"]).toBe("ready");
  press("send");
  await settle();
  expect(socket.sentOf("message")).toMatchObject([{ file_ids: ["file-Rechnung.pdf"] }]);
  expect(socket.sentOf("message")[0]).not.toHaveProperty("text");
  expect(find("attachments")).toBeNull();
  expect(text("message-own")).toContain("Rechnung.pdf");
});

test("what is attached is told, and what must go before the message can be sent", async () => {
  const requests = desk();
  const socket = await live();
  await choose(pdf());
  expect(text("attached")).toBe("");
  requests[0]?.answer(201, fileRef("Rechnung.pdf"));
  await settle();
  expect(text("attached")).toBe("Rechnung.pdf ist angehängt.");
  expect(text("attachments-status")).toBe("");
  await choose(new File(["MZ"], "setup.exe", { type: "application/x-msdownload" }));
  requests[1]?.answer(422, { code: "file_type" });
  await settle();
  expect(text("attachments-status")).toContain("sobald die Datei mit dem Fehler entfernt ist");
  press("send");
  await settle();
  expect(socket.sentOf("message")).toHaveLength(0);
  [...root.querySelectorAll<HTMLElement>('[data-testid="chip-remove"]')].at(-1)?.click();
  await settle();
  press("send");
  await settle();
  expect(socket.sentOf("message")).toMatchObject([{ file_ids: ["file-Rechnung.pdf"] }]);
});

test("who presses send too early sends once, as soon as everything is up", async () => {
  const requests = desk();
  const socket = await live();
  await choose(pdf());
  await write("message-input", "Hier ist sie");
  press("send");
  await settle();
  expect(socket.sentOf("message")).toHaveLength(0);
  expect(text("attachments-status")).toContain("sobald alle Dateien hochgeladen sind");
  requests[0]?.answer(201, fileRef("Rechnung.pdf"));
  await settle();
  expect(socket.sentOf("message")).toMatchObject([{ text: "Hier ist sie", file_ids: ["file-Rechnung.pdf"] }]);
});

test("a message that was to go with its file still goes, once, when the upload broke off with the line", async () => {
  const requests = desk();
  await live();
  await choose(pdf());
  await write("message-input", "Hier ist sie");
  press("send");
  await settle();
  requests[0]?.onerror?.();
  await settle();
  expect(text("attachments-status")).toContain("sobald alle Dateien hochgeladen sind");
  FakeSocket.last.close();
  await settle();
  expect(find("chip-problem")).toBeNull();
  const back = await comeBack();
  requests[1]?.answer(201, fileRef("Rechnung.pdf"));
  await settle();
  expect(back.sentOf("message")).toMatchObject([{ text: "Hier ist sie", file_ids: ["file-Rechnung.pdf"] }]);
});

test("to press send again is to try again what broke off", async () => {
  const requests = desk();
  const socket = await live();
  await choose(pdf());
  requests[0]?.onerror?.();
  await settle();
  press("send");
  await settle();
  requests[1]?.answer(201, fileRef("Rechnung.pdf"));
  await settle();
  expect(socket.sentOf("message")).toHaveLength(1);
});

test("a refusal says what is wrong and what to do, holds the message back, and is lifted by taking the file away", async () => {
  const requests = desk();
  await live([], { language: "en" });
  await choose(new File(["<svg/>"], "picture.svg"), pdf("full.pdf"));
  requests[0]?.answer(409, { error: { code: "files_full", text: "", data: {} } });
  await settle();
  expect(all("chip-problem").map((problem) => problem.textContent?.trim())).toEqual([
    "We cannot take this kind of file. Pictures (JPEG, PNG, WebP, GIF, HEIC), PDF and text files are fine.",
    "This conversation can take no more files.",
  ]);
  expect(find("chip-again")).toBeNull();
  await write("message-input", "Hello");
  expect((find("send") as HTMLButtonElement).disabled).toBe(true);
  press("chip-remove");
  await settle();
  press("chip-remove");
  await settle();
  expect((find("send") as HTMLButtonElement).disabled).toBe(false);
  expect(root.activeElement).toBe(find("message-input"));
});

test("what broke off can be tried again in its place", async () => {
  const requests = desk();
  await live();
  await choose(pdf());
  requests[0]?.onerror?.();
  await settle();
  expect(text("chip-problem")).toContain("nicht gelungen");
  press("chip-again");
  await settle();
  requests[1]?.answer(201, fileRef("Rechnung.pdf"));
  await settle();
  expect(find("chip")?.dataset["state"]).toBe("ready");
});

test("offline, files are kept in this window and the visitor is told so", async () => {
  const requests = desk();
  await live();
  FakeSocket.last.close();
  await settle();
  await choose(pdf());
  expect(requests).toHaveLength(0);
  expect(text("attachments-status")).toContain("Ein Neuladen verwirft sie, Ihr Text bleibt erhalten");
});

test("a picture that is pasted or dropped on the panel is attached, words that are pasted are not touched", async () => {
  const requests = desk();
  await live();
  const paste = new window.Event("paste", { bubbles: true, cancelable: true });
  Object.assign(paste, { clipboardData: { files: [new File(["x"], "image.png")] } });
  find("message-input")?.dispatchEvent(paste);
  const words = new window.Event("paste", { bubbles: true, cancelable: true });
  Object.assign(words, { clipboardData: { files: [] } });
  find("message-input")?.dispatchEvent(words);
  const drop = new window.Event("drop", { bubbles: true, cancelable: true });
  Object.assign(drop, { dataTransfer: { files: [pdf()], types: ["Files"] } });
  find("kulanz-panel")?.dispatchEvent(drop);
  await settle();
  expect(all("chip").map((chip) => chip.textContent)).toEqual([
    expect.stringContaining("image.png"),
    expect.stringContaining("Rechnung.pdf"),
  ]);
  expect([paste.defaultPrevented, words.defaultPrevented, drop.defaultPrevented]).toEqual([true, false, true]);
  expect(requests).toHaveLength(1); // one after the other
});

test("files of both sides are shown with name, size and a way to save them; a picture keeps its room", async () => {
  const photo = fileRef("Kratzer.png", { media_type: "image/png", width: 4000, height: 2000, size: 1_400_000 });
  await live([
    event(1, message("", { files: [photo] }), VISITOR),
    event(2, message("Bitte sehr", { files: [fileRef("<b>Anleitung</b>.pdf")] }), ANNA),
  ]);
  const canvas = find("picture") as HTMLCanvasElement;
  expect([canvas.getAttribute("width"), canvas.getAttribute("height"), canvas.style.width]).toEqual(["480", "240", "240px"]);
  expect(canvas.getAttribute("aria-label")).toBe("Bild: Kratzer.png");
  expect(all("file-save").map((button) => button.textContent)).toEqual([
    "Datei speichern: Kratzer.png 1,4 MB",
    "Datei speichern: <b>Anleitung</b>.pdf 1 kB",
  ]);
  expect(find("message-own")?.querySelector(".bubble")).toBeNull();
});
