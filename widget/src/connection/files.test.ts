import { expect, test, vi } from "vitest";
import { NotTaken, Tray, type Upload } from "./files";
import type { FileRef } from "./wire";

const pdf = (name = "a.pdf", size = 10): File => new File(["x".repeat(size)], name, { type: "application/pdf" });
const ref = (id: string): FileRef => ({ id, name: `${id}.pdf`, media_type: "application/pdf", size: 1, width: null, height: null });
const states = (tray: Tray): string[] => tray.items.map(({ state }) => state);

/** An upload that the test ends. */
function slow() {
  const ends: ((outcome: FileRef | Error) => void)[] = [];
  const upload: Upload = (_file, _told, signal) =>
    new Promise((resolve, reject) => {
      ends.push((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
      signal.addEventListener("abort", () => reject(new NotTaken("unreachable")));
    });
  return { upload, ends };
}

test("files wait for a line, then go up one after the other and are taken along in their order", async () => {
  const { upload, ends } = slow();
  const tray = new Tray(upload);
  tray.add([pdf("1.pdf"), pdf("2.pdf")], null);
  expect(states(tray)).toEqual(["waiting", "waiting"]);
  tray.setOpen(true);
  expect(states(tray)).toEqual(["uploading", "waiting"]);
  ends[0]?.(ref("one"));
  await vi.waitFor(() => expect(states(tray)).toEqual(["ready", "uploading"]));
  ends[1]?.(ref("two"));
  await vi.waitFor(() => expect(states(tray)).toEqual(["ready", "ready"]));
  expect(tray.take().map(({ id }) => id)).toEqual(["one", "two"]);
  expect(tray.items).toEqual([]);
});

test("files of a message that was taken back lie before what was chosen since, and none of another message does", async () => {
  const tray = new Tray(async (file) => ref(file.name));
  tray.setOpen(true);
  tray.add([pdf("1.pdf"), pdf("2.pdf")], null);
  await vi.waitFor(() => expect(states(tray)).toEqual(["ready", "ready"]));
  const taken = tray.take();
  tray.add([pdf("3.pdf")], null);
  tray.putBack(taken);
  expect(tray.items.map(({ file }) => file.name)).toEqual(["1.pdf", "2.pdf", "3.pdf"]);
  await vi.waitFor(() => expect(states(tray)).toEqual(["ready", "ready", "ready"]));
  tray.take();
  tray.putBack([ref("9.pdf")]);
  expect(tray.items).toEqual([]);
});

test("what cannot be sent is told before a byte is", () => {
  const tray = new Tray(() => Promise.reject(new Error("must not be asked")));
  tray.setOpen(true);
  tray.add([pdf("a.html"), pdf("leer.pdf", 0), pdf("gross.pdf", 30)], 20);
  expect(tray.items.map(({ problem }) => problem)).toEqual(["file_type", "file_empty", "file_too_large"]);
});

test("no more than five go into one message, and the others are counted", () => {
  const tray = new Tray(slow().upload);
  expect(tray.add(Array.from({ length: 7 }, () => pdf()), null)).toBe(2);
  expect(tray.items).toHaveLength(5);
});

test("a line that broke costs nothing: the same bytes go up on the next one", async () => {
  const { upload, ends } = slow();
  const tray = new Tray(upload);
  tray.add([pdf()], null);
  tray.setOpen(true);
  ends[0]?.(new NotTaken("unreachable"));
  await vi.waitFor(() => expect(states(tray)).toEqual(["failed"]));
  tray.setOpen(false);
  expect(states(tray)).toEqual(["waiting"]);
  tray.setOpen(true);
  await vi.waitFor(() => expect(states(tray)).toEqual(["uploading"]));
  ends[1]?.(ref("one"));
  await vi.waitFor(() => expect(states(tray)).toEqual(["ready"]));
});

test("an upload that breaks off after its line did waits for the next one and is no failure", async () => {
  const { upload, ends } = slow();
  const tray = new Tray(upload);
  tray.add([pdf()], null);
  tray.setOpen(true);
  tray.setOpen(false);
  ends[0]?.(new NotTaken("unreachable"));
  await vi.waitFor(() => expect(states(tray)).toEqual(["waiting"]));
  tray.setOpen(true);
  await vi.waitFor(() => expect(ends).toHaveLength(2));
});

test("an upload that learns late of the end of its line goes up again on the one that is there by then", async () => {
  const { upload, ends } = slow();
  const tray = new Tray(upload);
  tray.setOpen(true);
  tray.add([pdf()], null);
  tray.setOpen(false);
  tray.setOpen(true);
  ends[0]?.(new NotTaken("unreachable"));
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  expect(states(tray)).toEqual(["uploading"]);
});

test("one that is taken away while it goes up makes room for the next", async () => {
  const { upload, ends } = slow();
  const tray = new Tray(upload);
  tray.setOpen(true);
  tray.add([pdf("1.pdf"), pdf("2.pdf")], null);
  tray.remove(tray.items[0]?.key as string);
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.(ref("two"));
  await vi.waitFor(() => expect(states(tray)).toEqual(["ready"]));
});

test("another conversation needs them anew", async () => {
  const { upload, ends } = slow();
  const tray = new Tray(upload);
  tray.setOpen(true);
  tray.add([pdf()], null);
  ends[0]?.(ref("one"));
  await vi.waitFor(() => expect(states(tray)).toEqual(["ready"]));
  tray.restart();
  expect(tray.items[0]).toMatchObject({ state: "waiting", ref: null });
});
