const KEY = "kulanz-consent";

/**
 * Whether the visitor has agreed to this version of the privacy note, kept in the host page's localStorage once they
 * have, in memory where storage is blocked. A website that asks for none (`null`) has it.
 */
export class Consent {
  readonly #version: string | null;
  #memory: string | null = null;

  constructor(version: string | null) {
    this.#version = version;
  }

  get isGiven(): boolean {
    return this.#version === null || this.#kept === this.#version;
  }

  give(): void {
    this.#memory = this.#version;
    try {
      localStorage.setItem(KEY, this.#version ?? "");
    } catch {
      // blocked or full: asked again on the next page
    }
  }

  withdraw(): void {
    this.#memory = null;
    try {
      localStorage.removeItem(KEY);
    } catch {
      // blocked: nothing was kept
    }
  }

  /** Calls `listener` when it was given or withdrawn in another tab. Returns how to stop. */
  watch(listener: () => void): () => void {
    const heard = ({ key }: StorageEvent): void => {
      if (key !== KEY && key !== null) return;
      this.#memory = null; // storage works, and it says what is so now
      listener();
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }

  get #kept(): string | null {
    try {
      return localStorage.getItem(KEY) ?? this.#memory;
    } catch {
      return this.#memory;
    }
  }
}
