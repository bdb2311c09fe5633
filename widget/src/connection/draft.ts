import { Slot } from "./slot";

/**
 * What is written and not sent, of this tab alone: a reload loses no word. Kept in the tab's sessionStorage while there
 * is any.
 */
export class Draft {
  readonly #listeners = new Set<() => void>();
  readonly #slot = new Slot(() => sessionStorage, "kulanz-draft");
  #text = this.#slot.read() ?? "";

  get text(): string {
    return this.#text;
  }

  set(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#slot.write(text || null);
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
