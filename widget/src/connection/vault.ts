import type { Entry } from "./outbox";

const KEY = "kulanz";

/** Everything the widget keeps in the visitor's browser. */
export interface Kept {
  conversation_id: string;
  token: string;
  outbox: readonly Entry[];
}

/**
 * One entry in the host page's localStorage, shared by all tabs; plain memory where storage is blocked.
 * The storage is read anew each time, because another tab may have written.
 */
export class Vault {
  #memory: string | null = null;
  #blocked: boolean;

  constructor() {
    this.#blocked = !canStore();
  }

  read(): Kept | null {
    const text = this.#blocked ? this.#memory : localStorage.getItem(KEY);
    try {
      const kept = JSON.parse(text ?? "null") as Kept | null;
      return kept && typeof kept.token === "string" && Array.isArray(kept.outbox) ? kept : null;
    } catch {
      return null; // somebody else's value under our key
    }
  }

  write(kept: Kept): void {
    this.#memory = JSON.stringify(kept);
    if (this.#blocked) return;
    try {
      localStorage.setItem(KEY, this.#memory);
    } catch {
      this.#blocked = true; // full, or blocked since
    }
  }

  update(change: (outbox: readonly Entry[]) => readonly Entry[]): void {
    const kept = this.read();
    if (kept) this.write({ ...kept, outbox: change(kept.outbox) });
  }

  clear(): void {
    this.#memory = null;
    if (!this.#blocked) localStorage.removeItem(KEY);
  }

  /** Calls `listener` when another tab changed what is kept. Returns how to stop. */
  watch(listener: () => void): () => void {
    const heard = (event: StorageEvent): void => {
      if (event.key === KEY || event.key === null) listener();
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
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
