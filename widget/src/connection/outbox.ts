import type { Vault } from "./vault";
import type { Command, Event, FileRef } from "./wire";

/** A command on its way. */
export interface Entry {
  frame: Command;
  at: string;
  /** Why the desk refused it; the visitor may try again. */
  failed: string | null;
  /** The number the desk gave it; it stays here until its event has arrived. */
  number: number | null;
  /** What a message's `file_ids` stand for. */
  files?: readonly FileRef[];
  /** The visitor does not want to send it any more, and may still change their mind. */
  discarded?: boolean;
}

/** Addresses, numbers and codes are sent, but never kept in the browser. */
const PRIVATE: ReadonlySet<Command["type"]> = new Set(["identify", "prove", "identify_token", "leave_contact"]);

/** Wishes that mean the same in any conversation. */
const LASTING: ReadonlySet<Command["type"]> = new Set(["request_human", "leave_contact"]);

export const isKept = ({ frame }: Entry): boolean => !PRIVATE.has(frame.type);

const byClient = (clientId: string) => (entry: Entry) => entry.frame.client_id === clientId;

/**
 * What the visitor did and the desk has not yet confirmed, in order. Entries survive a reload. An entry is sent
 * under the same client id until it is acknowledged, so that sending it twice changes nothing.
 */
export class Outbox {
  #entries: readonly Entry[];
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
    this.#entries = vault.read()?.outbox ?? [];
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The first one that still has to be sent. */
  get next(): Entry | undefined {
    return this.#entries.find(({ failed, number, discarded }) => !failed && number === null && !discarded);
  }

  find(clientId: string): Entry | undefined {
    return this.#entries.find(byClient(clientId));
  }

  add(frame: Command, files: readonly FileRef[] = []): void {
    const at = new Date().toISOString();
    const entry: Entry = { frame, at, failed: null, number: null, ...(files.length && { files }) };
    this.#entries = [...this.#entries, entry];
    if (isKept(entry)) this.#vault.update((kept) => [...kept, entry]);
  }

  /** Acknowledged. A message stays in sight until its event is here; everything else is done. */
  settle(clientId: string, number: number, cursor: number): void {
    const isAwaited = this.find(clientId)?.frame.type === "message" && number > cursor;
    if (isAwaited) this.#change(clientId, { number });
    else this.#entries = this.#entries.filter((entry) => !byClient(clientId)(entry));
    this.#vault.update((kept) => kept.filter((entry) => !byClient(clientId)(entry)));
  }

  fail(clientId: string, code: string): void {
    this.#change(clientId, { failed: code });
  }

  retry(clientId: string): void {
    this.#change(clientId, { failed: null });
  }

  discard(clientId: string, discarded: boolean): void {
    this.#change(clientId, { discarded });
  }

  forgetDiscarded(): void {
    if (this.#entries.some(({ discarded }) => discarded)) this.#keepOnly(({ discarded }) => !discarded);
  }

  drop(clientId: string): void {
    this.#keepOnly((entry) => !byClient(clientId)(entry));
  }

  /** Drops what the events show to have arrived. */
  arrived(events: readonly Event[]): void {
    const clients = new Set(events.map(({ data }) => (data.type === "message.posted" ? data.client_id : null)));
    if (this.#entries.some(({ frame }) => clients.has(frame.client_id)))
      this.#keepOnly(({ frame }) => !clients.has(frame.client_id));
  }

  /** For a fresh conversation: what was written goes along, and the call for a human; what pointed into the old one does not. */
  keepWishes(): void {
    this.#keepOnly(({ frame }) => LASTING.has(frame.type) || (frame.type === "message" && !frame.choice));
  }

  clear(): void {
    this.#keepOnly(() => false);
  }

  /**
   * Another tab may have written something: show it here too, and see that it gets through. What it discarded, or tried
   * again, is so here as well. What it has sent is not taken away: the event does that, and until then it is safe here.
   */
  merge(): void {
    const theirs = this.#vault.read()?.outbox ?? [];
    const known = this.#entries.map((entry) => {
      const other = theirs.find(byClient(entry.frame.client_id));
      return other ? { ...entry, failed: other.failed, discarded: other.discarded ?? false } : entry;
    });
    this.#entries = [...known, ...theirs.filter(({ frame }) => !this.find(frame.client_id))];
  }

  #change(clientId: string, change: Partial<Entry>): void {
    const apply = (entries: readonly Entry[]): readonly Entry[] =>
      entries.map((entry) => (byClient(clientId)(entry) ? { ...entry, ...change } : entry));
    this.#entries = apply(this.#entries);
    this.#vault.update(apply);
  }

  #keepOnly(keep: (entry: Entry) => boolean): void {
    this.#entries = this.#entries.filter(keep);
    this.#vault.update((kept) => kept.filter(keep));
  }
}
