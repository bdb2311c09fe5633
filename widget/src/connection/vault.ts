import type { Entry } from "./outbox";
import { watchStorage } from "./slot";

const KEY = "kulanz";

/** Everything the widget keeps in the visitor's browser. */
export interface Kept {
  /** Null until the desk has answered that it began. */
  conversation_id: string | null;
  token: string;
  /** Replaces `token` once the visitor has proven who they are; null after that. */
  next_token?: string | null;
  outbox: readonly Entry[];
}

/**
 * One entry in the host page's localStorage, shared by all tabs; plain memory where storage is blocked.
 * The storage is read anew each time, because another tab may have written.
 */
export class Vault {
  #memory: Kept | null = null;
  #blocked: boolean;

  constructor() {
    this.#blocked = !canStore();
  }

  read(): Kept | null {
    if (this.#blocked) return this.#memory;
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Kept | null;
      return kept && typeof kept.token === "string" && Array.isArray(kept.outbox) ? kept : null;
    } catch {
      return null; // somebody else's value under our key
    }
  }

  write(kept: Kept): void {
    this.#memory = kept;
    if (this.#blocked) return;
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
      this.#blocked = this.read() === null; // an old library of the page makes another text of it
    } catch {
      this.#blocked = true; // full, or blocked since
    }
  }

  update(change: (outbox: readonly Entry[]) => readonly Entry[]): void {
    const kept = this.read();
    if (kept) this.write({ ...kept, outbox: change(kept.outbox) });
  }

  /** The conversation with this secret has begun; another secret that has come in between is left alone. */
  began(token: string, conversationId: string): void {
    const kept = this.read();
    if (kept?.token === token) this.write({ ...kept, conversation_id: conversationId });
  }

  clear(): void {
    this.#memory = null;
    if (!this.#blocked) localStorage.removeItem(KEY);
  }

  /** Calls `listener` when another tab changed what is kept. Returns how to stop. */
  watch(listener: () => void): () => void {
    return watchStorage(KEY, listener);
  }
}

function canStore(): boolean {
  try {
    localStorage.getItem(KEY); // throws where storage is blocked
    return true;
  } catch {
    return false;
  }
}
