/** One text in the browser's storage; in memory, too, which serves where storage is blocked or full. Null: none is kept. */
export class Slot {
  readonly #storage: () => Storage;
  readonly #key: string;
  #memory: string | null = null;

  /** `storage` is asked for each time: where it is blocked, its mere name throws. */
  constructor(storage: () => Storage, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  read(): string | null {
    try {
      return this.#storage().getItem(this.#key) ?? this.#memory;
    } catch {
      return this.#memory;
    }
  }

  write(text: string | null): void {
    this.#memory = text;
    try {
      if (text === null) this.#storage().removeItem(this.#key);
      else this.#storage().setItem(this.#key, text);
    } catch {
      // blocked or full: memory serves until the page is left
    }
  }

  /** Calls `listener` when another tab changed it. Returns how to stop. */
  watch(listener: () => void): () => void {
    return watchStorage(this.#key, () => {
      this.#memory = null; // storage works, and it says what is so now
      listener();
    });
  }
}

/** Calls `listener` when another tab changed what is kept under `key`. Returns how to stop. */
export function watchStorage(key: string, listener: () => void): () => void {
  const heard = (event: StorageEvent): void => {
    if (event.key === key || event.key === null) listener();
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
