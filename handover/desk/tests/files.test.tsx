import { fileRef } from "@widget/connection/fakes";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Composer } from "../src/conversation/composer";
import { EventLine } from "../src/conversation/event-line";
import { FilesSection } from "../src/dossier/files";
import { OpenConversation } from "../src/state/conversation";
import type { MessagePosted } from "../src/wire";
import { answers, box, callsOf, draw, find, press, soon, texts, useHouse, workplace } from "./house";
import { event, message, row } from "./samples";

useHouse();

/** The desk's end of each upload. */
class FakeRequest {
  static sent: FakeRequest[] = [];
  upload = {};
  onload: (() => void) | null = null;
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
  abort(): void {}
  answer(status: number, body: unknown): void {
    Object.assign(this, { status, responseText: JSON.stringify(body) });
    this.onload?.();
  }
}

const mine = row("c", { state: "agent", owner_id: "anna", owner_name: "Anna", ownership_version: 3 });
const pdf = (name = "Guide.pdf", size = 10): File => new File(["x".repeat(size)], name);

async function composer(state = mine): Promise<void> {
  const open = new OpenConversation("c", { known: () => {}, drafts: () => {} });
  await draw(<Composer open={open} row={state} />);
}

function choose(...files: File[]): void {
  const input = find("attach-input") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: files, configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

describe("files on the desk page", () => {
  beforeEach(() => {
    FakeRequest.sent = [];
    vi.stubGlobal("XMLHttpRequest", FakeRequest);
    answers["GET /api/visitor/config"] = { file_bytes: 1_000 };
    workplace.socket.link.value = "open";
  });

  it("go up with the agent's session and leave with the reply, words or none", async () => {
    answers["POST /api/conversations/c/messages"] = { number: 9 };
    await composer();
    choose(pdf());
    await soon(() => expect(FakeRequest.sent).toHaveLength(1));
    expect(FakeRequest.sent[0]).toMatchObject({
      address: "/api/conversations/c/files?name=Guide.pdf",
      headers: { "X-Kulanz": "desk" },
    });
    press("send"); // too early: it leaves as soon as the file is up
    await soon(() => expect(find("attachments")?.textContent).toContain("as soon as all files are uploaded"));
    FakeRequest.sent[0]?.answer(201, fileRef("Guide.pdf"));
    await soon(() => expect(callsOf("POST /api/conversations/c/messages")).toHaveLength(1));
    expect(callsOf("POST /api/conversations/c/messages")[0]).toMatchObject({
      text: "",
      file_ids: ["file-Guide.pdf"],
      ownership_version: 3,
    });
    await soon(() => expect(find("attachments")).toBeNull());
  });

  it("that cannot be sent say why and hold the reply back until they are taken away", async () => {
    await composer();
    choose(pdf("macro.docm"), pdf("large.pdf", 2_000), pdf("full.pdf"));
    await soon(() => expect(FakeRequest.sent).toHaveLength(1));
    FakeRequest.sent[0]?.answer(409, { error: { code: "files_full", text: "", data: {} } });
    await soon(() => expect(texts("chip-problem")).toHaveLength(3));
    expect(texts("chip-problem").map((text) => text?.trim())).toEqual([
      expect.stringMatching(/^This kind of file cannot be sent\./),
      "This file is too large. 1 kB is the most.",
      "This conversation can take no more files.",
    ]);
    expect((find("send") as HTMLButtonElement).disabled).toBe(true);
    for (const _ of [1, 2, 3]) press("chip-remove");
  });

  it("stay with their conversation while the agent looks elsewhere, and are not part of a note", async () => {
    await composer();
    choose(pdf());
    await soon(() => expect(find("chip")).not.toBeNull());
    press("mode-note");
    await soon(() => expect(find("chip")).toBeNull());
    expect(find("attach")).toBeNull();
    press("mode-message");
    await soon(() => expect(find("chip")).not.toBeNull());
    expect(workplace.trays.of("another").items.value).toEqual([]);
  });

  it("are shown under their message and in the dossier as text and links, whatever they are called", async () => {
    const evil = fileRef('"><img src=x onerror=alert(1)>.pdf', { id: "f1" });
    const photo = fileRef("Scratch.png", { id: "f2", media_type: "image/png", width: 400, height: 100 });
    const data = { ...(message(4, "").data as MessagePosted), files: [evil, photo] };
    await draw(
      <>
        <EventLine event={event(4, data)} log={[]} row={mine} />
        <FilesSection files={[{ file: evil, message_number: 4, from_visitor: true }]} conversation="c" onJump={() => {}} />
      </>,
    );
    expect(box.querySelector("img")).toBeNull();
    expect(box.querySelector(".bubble")).toBeNull();
    const [link] = box.querySelectorAll<HTMLAnchorElement>('[data-testid="file-save"]');
    expect([link?.getAttribute("href"), link?.textContent]).toEqual([
      "/api/conversations/c/files/f1",
      'File: "><img src=x onerror=alert(1)>.pdf (1 kB)',
    ]);
    expect(find("picture")?.getAttribute("aria-label")).toBe("Picture: Scratch.png");
    expect(find("dossier-file")?.textContent).toContain("from the customer");
  });
});
