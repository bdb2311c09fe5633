import { problemOf } from "../messages/files";
import { newClientId } from "./ids";
import { FILES_LIMIT, type FileRef } from "./wire";

/** A file that was chosen and not sent yet. Its bytes are in this page's memory alone. */
export interface Picked {
  key: string;
  file: File;
  state: "waiting" | "uploading" | "ready" | "failed";
  /** Share that has been uploaded, 0 to 1. */
  progress: number;
  /** Why it failed, in the desk's codes or `unreachable`. */
  problem: string | null;
  /** What the desk knows it as. */
  ref: FileRef | null;
}

/** The desk did not take it; `unreachable` when nobody answered. */
export class NotTaken extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Throws `NotTaken`. `told` hears the share that is done. */
export type Upload = (file: File, told: (share: number) => void, signal: AbortSignal) => Promise<FileRef>;

const UNREACHABLE = "unreachable";

/** Not up yet, but it will be: now, or with the next line. */
export const isComing = ({ state, problem }: Picked): boolean =>
  state === "waiting" || state === "uploading" || problem === UNREACHABLE;

/** What trying the same once more may help against. */
const PASSING: ReadonlySet<string> = new Set([UNREACHABLE, "too_many", "unavailable", "internal"]);
export const mayPass = ({ problem }: Picked): boolean => problem !== null && PASSING.has(problem);

/** Files on their way into one message: uploaded one after the other as soon as there is a line, then taken along. */
export class Tray {
  readonly #upload: Upload;
  readonly #listeners = new Set<() => void>();
  #items: readonly Picked[] = [];
  #taken: readonly Picked[] = [];
  #isOpen = false;
  /** Grows with each line that comes or goes. */
  #line = 0;
  #current: AbortController | null = null;

  constructor(upload: Upload) {
    this.#upload = upload;
  }

  get items(): readonly Picked[] {
    return this.#items;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Answers how many were too many for one message. `limit`: bytes, if the desk has said. */
  add(files: readonly File[], limit: number | null): number {
    const room = Math.max(0, FILES_LIMIT - this.#items.length);
    this.#set([...this.#items, ...files.slice(0, room).map((file) => picked(file, problemOf(file, limit)))]);
    void this.#next();
    return Math.max(0, files.length - room);
  }

  remove(key: string): void {
    const gone = this.#items.find((item) => item.key === key);
    this.#set(this.#items.filter((item) => item.key !== key));
    if (gone?.state === "uploading") this.#current?.abort();
  }

  retry(key: string): void {
    this.#change(key, { state: "waiting", problem: null, progress: 0 });
    void this.#next();
  }

  /** Whether there is a line to upload on. With a new one, what the last one lost is tried again. */
  setOpen(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.#line += 1;
    this.again();
  }

  /** What a line took with it goes up once more, as soon as there is one. */
  again(): void {
    for (const { key, problem } of this.#items) if (problem === UNREACHABLE) this.#change(key, { state: "waiting", problem: null });
    void this.#next();
  }

  /** The conversation they were uploaded to is gone: they go to the next one. */
  restart(): void {
    this.#isOpen = false; // until the line to the next one is there
    this.#set(this.#items.map((item) => (item.problem ? item : { ...item, state: "waiting", progress: 0, ref: null })));
    this.#current?.abort();
  }

  /** All of them, to go with a message; afterwards the tray is empty. Only once each is ready. */
  take(): readonly FileRef[] {
    const refs = this.#items.flatMap(({ ref }) => ref ?? []);
    this.#taken = this.#items;
    this.#set([]);
    return refs;
  }

  /** What was taken last does not go after all. */
  putBack(refs: readonly FileRef[]): void {
    const back = this.#taken.filter(({ ref }) => refs.some(({ id }) => id === ref?.id));
    this.#set([...back, ...this.#items]);
  }

  clear(): void {
    this.#set([]);
    this.#current?.abort();
  }

  async #next(): Promise<void> {
    const next = this.#items.find(({ state }) => state === "waiting");
    if (!this.#isOpen || this.#current || !next) return;
    const current = (this.#current = new AbortController());
    const line = this.#line;
    this.#change(next.key, { state: "uploading", progress: 0 });
    try {
      const ref = await this.#upload(next.file, (progress) => this.#change(next.key, { progress }), current.signal);
      if (!current.signal.aborted) this.#change(next.key, { state: "ready", progress: 1, ref });
    } catch (error) {
      const problem = error instanceof NotTaken ? error.code : "internal";
      const isCut = problem === UNREACHABLE && line !== this.#line; // the line's fault, which is told of already
      if (!current.signal.aborted) this.#change(next.key, isCut ? { state: "waiting" } : { state: "failed", problem });
    }
    this.#current = null;
    await this.#next();
  }

  #change(key: string, change: Partial<Picked>): void {
    this.#set(this.#items.map((item) => (item.key === key ? { ...item, ...change } : item)));
  }

  #set(items: readonly Picked[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}

function picked(file: File, problem: string | null): Picked {
  return { key: newClientId(), file, state: problem ? "failed" : "waiting", progress: 0, problem, ref: null };
}

/** Milliseconds without any progress after which an upload counts as lost. */
const STALLED = 30_000;

/** `fetch` tells nothing of how far an upload has come. */
export function uploadTo(
  address: string,
  headers: Readonly<Record<string, string>>,
  ...[file, told, signal]: Parameters<Upload>
): Promise<FileRef> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout> | undefined;
    const fail = (code: string): void => {
      clearTimeout(stalled);
      reject(new NotTaken(code));
    };
    const moved = (): void => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED);
    };
    request.open("POST", `${address}?name=${encodeURIComponent(file.name)}`);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => {
      moved();
      told(total ? loaded / total : 0);
    };
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status !== 201) return fail(answer?.error?.code ?? "internal");
      clearTimeout(stalled);
      resolve(answer as FileRef);
    };
    request.onerror = request.onabort = () => fail(UNREACHABLE);
    signal.addEventListener("abort", () => request.abort());
    moved();
    request.send(file);
  });
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
