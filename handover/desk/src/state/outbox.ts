/**
 * What the agent has sent and the desk has not yet confirmed. Sent in order, one at a time, as often as it takes. The last
 * one may be held for a moment in which it can be taken back; nothing is ever held behind it.
 */

import { signal } from "@preact/signals";
import { newClientId } from "@widget/connection/ids";
import { ApiError } from "../connection/http";
import type { FileRef } from "../wire";
import type { DraftUsed } from "../wire-suggestions";
import { oneAtATime } from "./one-at-a-time";
import { load, save } from "./storage";

export interface Unsent {
  client_id: string;
  conversation_id: string;
  kind: "message" | "note" | "whisper";
  text: string;
  /** Uploaded before, and sent with it. */
  files?: readonly FileRef[];
  ownership_version: number;
  /** Ids of colleagues whom a note names. */
  mentions?: readonly string[];
  /** Of a whisper: id of the agent whose case it was. */
  whisper_to?: string;
  /** The suggestion that it began as. */
  drafted?: DraftUsed | undefined;
  /** Number it got; it stays in the outbox until the log shows that number. */
  number?: number;
  /** Why the desk will never take it as it is; the agent decides what becomes of the text. */
  refused?: string;
  /** It can still be taken back. */
  held?: boolean;
}

export type Send = (unsent: Unsent) => Promise<number>;

const KEY = "kulanz.outbox";
const RETRY = [1_000, 2_000, 4_000, 8_000, 15_000];

export class Outbox {
  readonly entries = signal<readonly Unsent[]>([]);
  /** The last try failed for a reason that may pass. */
  readonly stuck = signal(false);
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private letGo: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly agentId: string,
    private readonly send: Send,
  ) {
    this.entries.value = load<Unsent[]>(this.key, []).map(free); // who left the page has sent it
  }

  private get key(): string {
    return `${KEY}.${this.agentId}`;
  }

  /** `holdFor`: milliseconds in which it can be taken back. */
  add(unsent: Omit<Unsent, "client_id" | "held">, holdFor = 0): void {
    const entry = { ...unsent, client_id: newClientId(), ...(holdFor > 0 && { held: true }) };
    this.keep([...this.entries.value.map(free), entry]);
    clearTimeout(this.letGo);
    if (holdFor > 0) this.letGo = setTimeout(() => void this.release(), holdFor);
    void this.flush();
  }

  /** Nothing is held any longer: the agent turns to something else. Ends when all was tried. */
  release(): Promise<void> {
    clearTimeout(this.letGo);
    if (this.entries.value.some((entry) => entry.held)) this.keep(this.entries.value.map(free));
    return this.flush();
  }

  /** What could still be taken back in this conversation, and now is. */
  takeBack(conversationId: string): Unsent | null {
    const held = this.entries.value.find((entry) => entry.held && entry.conversation_id === conversationId);
    if (held) this.discard(held.client_id);
    return held ?? null;
  }

  /** Try now what still waits, e.g. because the connection is back. */
  readonly flush = oneAtATime(async () => {
    clearTimeout(this.timer);
    try {
      for (let next = this.next(); next; next = this.next()) await this.attempt(next);
      this.succeeded();
    } catch {
      this.retryLater();
    }
  });

  /** Send a refused entry again, under the ownership version that counts now. */
  again(clientId: string, version: number): void {
    const refused = this.entries.value.find((entry) => entry.client_id === clientId);
    if (!refused) return;
    this.discard(clientId);
    const { client_id: _, refused: __, ...same } = refused;
    this.add({ ...same, ownership_version: version });
  }

  discard(clientId: string): void {
    this.keep(this.entries.value.filter((entry) => entry.client_id !== clientId));
  }

  /** The log holds everything up to `number`: confirmed entries need not be shown any more. */
  confirmed(conversationId: string, number: number): void {
    const open = this.entries.value.filter(
      (entry) => entry.conversation_id !== conversationId || entry.number === undefined || entry.number > number,
    );
    if (open.length < this.entries.value.length) this.keep(open);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.letGo);
  }

  private next(): Unsent | undefined {
    return this.entries.value.find(({ number, refused, held }) => number === undefined && refused === undefined && !held);
  }

  private async attempt(unsent: Unsent): Promise<void> {
    try {
      this.change(unsent.client_id, { number: await this.send(unsent) });
    } catch (error) {
      if (!(error instanceof ApiError) || error.mayPass || error.status === 401) throw error;
      this.change(unsent.client_id, { refused: error.code });
    }
    this.succeeded();
  }

  private succeeded(): void {
    this.tries = 0;
    this.stuck.value = false;
  }

  private retryLater(): void {
    this.stuck.value = true;
    this.timer = setTimeout(() => void this.flush(), RETRY[Math.min(this.tries, RETRY.length - 1)]);
    this.tries += 1;
  }

  private change(clientId: string, change: Partial<Unsent>): void {
    this.keep(this.entries.value.map((entry) => (entry.client_id === clientId ? { ...entry, ...change } : entry)));
  }

  private keep(entries: readonly Unsent[]): void {
    this.entries.value = entries;
    save(this.key, entries);
  }
}

function free({ held: _, ...entry }: Unsent): Unsent {
  return entry;
}
