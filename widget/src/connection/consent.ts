import { Slot } from "./slot";

/**
 * Whether the visitor has agreed to this version of the privacy note, kept in the host page's localStorage once they
 * have. A website that asks for none (`null`) has it.
 */
export class Consent {
  readonly #version: string | null;
  readonly #slot = new Slot(() => localStorage, "kulanz-consent");

  constructor(version: string | null) {
    this.#version = version;
  }

  get isGiven(): boolean {
    return this.#version === null || this.#slot.read() === this.#version;
  }

  give(): void {
    this.#slot.write(this.#version);
  }

  withdraw(): void {
    this.#slot.write(null);
  }

  /** Calls `listener` when it was given or withdrawn in another tab. Returns how to stop. */
  watch(listener: () => void): () => void {
    return this.#slot.watch(listener);
  }
}
